CREATE TABLE "extraction_jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"story_id" uuid NOT NULL,
	"status" varchar(10) NOT NULL,
	"stage" varchar(10) NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"total_windows" integer DEFAULT 0 NOT NULL,
	"processed_windows" integer DEFAULT 0 NOT NULL,
	"candidates" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"error_code" varchar(60),
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"heartbeat_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "story_extracted_characters" ADD COLUMN "aliases" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "extraction_jobs" ADD CONSTRAINT "extraction_jobs_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "extraction_jobs_one_active" ON "extraction_jobs" USING btree ("story_id") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "extraction_jobs_of_story" ON "extraction_jobs" USING btree ("story_id","created_at","id");--> statement-breakpoint
CREATE INDEX "extraction_jobs_live" ON "extraction_jobs" USING btree ("heartbeat_at") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "extraction_jobs_ended" ON "extraction_jobs" USING btree ("ended_at") WHERE ended_at is not null;