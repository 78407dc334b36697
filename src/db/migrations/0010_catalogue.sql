CREATE TABLE "catalogue_entries" (
	"key" varchar(100) PRIMARY KEY NOT NULL,
	"entity_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
