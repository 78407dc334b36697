CREATE TABLE "quick_creations" (
	"character_id" uuid PRIMARY KEY NOT NULL,
	"creator_id" uuid NOT NULL,
	"request_id" varchar(64) NOT NULL,
	"request_hash" varchar(64) NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "quick_creations_once" UNIQUE("creator_id","request_id")
);
--> statement-breakpoint
ALTER TABLE "quick_creations" ADD CONSTRAINT "quick_creations_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quick_creations" ADD CONSTRAINT "quick_creations_creator_id_users_id_fk" FOREIGN KEY ("creator_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;