CREATE TABLE "metric_chatters" (
	"day" date NOT NULL,
	"user_id" uuid NOT NULL,
	"messages" integer NOT NULL,
	CONSTRAINT "metric_chatters_day_user_id_pk" PRIMARY KEY("day","user_id")
);
--> statement-breakpoint
CREATE TABLE "metric_counts" (
	"day" date NOT NULL,
	"scope" varchar(10) NOT NULL,
	"name" varchar(200) NOT NULL,
	"generation" uuid NOT NULL,
	"value" bigint NOT NULL,
	CONSTRAINT "metric_counts_day_scope_name_generation_pk" PRIMARY KEY("day","scope","name","generation")
);
--> statement-breakpoint
CREATE TABLE "metric_days" (
	"day" date PRIMARY KEY NOT NULL,
	"dau_chat" integer NOT NULL,
	"wau_chat" integer NOT NULL,
	"mau_chat" integer NOT NULL,
	"new_users" integer NOT NULL,
	"user_messages" integer NOT NULL,
	"rolled_up_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "messages_of_users" ON "messages" USING btree ("created_at","room_id") WHERE part = 'user';--> statement-breakpoint
CREATE INDEX "users_by_age" ON "users" USING btree ("created_at","id");