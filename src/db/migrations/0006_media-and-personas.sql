CREATE TABLE "media_assets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_id" uuid NOT NULL,
	"character_id" uuid,
	"story_id" uuid,
	"url" varchar(500) NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"is_primary" boolean DEFAULT false NOT NULL,
	"order_index" integer DEFAULT 0 NOT NULL,
	"provider" varchar(50) NOT NULL,
	"model" varchar(100),
	"seed" bigint,
	"phash" char(16) NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "media_assets_one_place" CHECK (num_nonnulls(character_id, story_id) <= 1),
	CONSTRAINT "media_assets_primary_of" CHECK (not is_primary or num_nonnulls(character_id, story_id) = 1)
);
--> statement-breakpoint
CREATE TABLE "memory_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"character_id" uuid NOT NULL,
	"title" varchar(200) NOT NULL,
	"content" varchar(1000) NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_personas" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" varchar(100) NOT NULL,
	"description" varchar(1000) NOT NULL,
	"is_active" boolean DEFAULT false NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"apply_scope" varchar(10) DEFAULT 'all' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "media_assets" ADD CONSTRAINT "media_assets_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_assets" ADD CONSTRAINT "media_assets_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media_assets" ADD CONSTRAINT "media_assets_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memory_notes" ADD CONSTRAINT "memory_notes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memory_notes" ADD CONSTRAINT "memory_notes_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_personas" ADD CONSTRAINT "user_personas_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "media_assets_owner" ON "media_assets" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "media_assets_character" ON "media_assets" USING btree ("character_id","order_index","id") WHERE character_id is not null;--> statement-breakpoint
CREATE INDEX "media_assets_story" ON "media_assets" USING btree ("story_id","order_index","id") WHERE story_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "media_assets_character_primary" ON "media_assets" USING btree ("character_id") WHERE is_primary;--> statement-breakpoint
CREATE UNIQUE INDEX "media_assets_story_primary" ON "media_assets" USING btree ("story_id") WHERE is_primary;--> statement-breakpoint
CREATE INDEX "memory_notes_of" ON "memory_notes" USING btree ("user_id","character_id","created_at","id");--> statement-breakpoint
CREATE INDEX "memory_notes_character" ON "memory_notes" USING btree ("character_id");--> statement-breakpoint
CREATE INDEX "user_personas_user" ON "user_personas" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "user_personas_one_active" ON "user_personas" USING btree ("user_id") WHERE is_active;--> statement-breakpoint
CREATE UNIQUE INDEX "user_personas_one_default" ON "user_personas" USING btree ("user_id") WHERE is_default;