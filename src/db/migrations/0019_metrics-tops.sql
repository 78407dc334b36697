CREATE TABLE "metric_tops" (
	"day" date NOT NULL,
	"kind" varchar(10) NOT NULL,
	"place" smallint NOT NULL,
	"character_id" uuid NOT NULL,
	CONSTRAINT "metric_tops_day_kind_place_pk" PRIMARY KEY("day","kind","place")
);
