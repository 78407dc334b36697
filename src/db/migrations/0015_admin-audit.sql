CREATE TABLE "admin_audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"actor_id" uuid,
	"route" varchar(200),
	"action" varchar(60),
	"target" varchar(200),
	"details" jsonb,
	"outcome" varchar(10) NOT NULL,
	"request_id" varchar(64),
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "admin_audit_says_what" CHECK ("admin_audit"."route" is not null or "admin_audit"."action" is not null)
);
--> statement-breakpoint
CREATE INDEX "admin_audit_by_age" ON "admin_audit" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "admin_audit_of_actor" ON "admin_audit" USING btree ("actor_id","created_at","id");