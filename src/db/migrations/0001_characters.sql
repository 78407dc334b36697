CREATE TABLE "tags" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" varchar(50) NOT NULL,
	"slug" varchar(50) NOT NULL,
	"emoji" varchar(10),
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stories" (
	"id" uuid PRIMARY KEY NOT NULL,
	"creator_id" uuid NOT NULL,
	"character_id" uuid,
	"title" varchar(200) NOT NULL,
	"content" text NOT NULL,
	"summary" text,
	"summary_version" integer DEFAULT 1 NOT NULL,
	"keywords" jsonb,
	"genre" varchar(50),
	"cover_url" varchar(500),
	"announcements" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"is_public" boolean DEFAULT true NOT NULL,
	"is_origchat" boolean DEFAULT false NOT NULL,
	"is_webtoon" boolean DEFAULT false NOT NULL,
	"is_featured" boolean DEFAULT false NOT NULL,
	"like_count" integer DEFAULT 0 NOT NULL,
	"view_count" integer DEFAULT 0 NOT NULL,
	"comment_count" integer DEFAULT 0 NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "story_chapters" (
	"id" uuid PRIMARY KEY NOT NULL,
	"story_id" uuid NOT NULL,
	"no" integer NOT NULL,
	"title" varchar(200),
	"content" text NOT NULL,
	"image_url" jsonb,
	"view_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "story_chapters_no_unique" UNIQUE("story_id","no")
);
--> statement-breakpoint
CREATE TABLE "story_tags" (
	"story_id" uuid NOT NULL,
	"tag_id" uuid NOT NULL,
	CONSTRAINT "story_tags_story_id_tag_id_pk" PRIMARY KEY("story_id","tag_id")
);
--> statement-breakpoint
CREATE TABLE "character_comments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"character_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"content" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "character_example_dialogues" (
	"id" uuid PRIMARY KEY NOT NULL,
	"character_id" uuid NOT NULL,
	"user_message" text NOT NULL,
	"character_response" text NOT NULL,
	"order_index" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "character_likes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"character_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "character_likes_once" UNIQUE("character_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "character_searches" (
	"character_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"document" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "character_settings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"character_id" uuid NOT NULL,
	"ai_model" varchar(100) DEFAULT 'standard' NOT NULL,
	"temperature" numeric(3, 2) DEFAULT 0.7 NOT NULL,
	"max_tokens" integer DEFAULT 1024 NOT NULL,
	"system_prompt" text,
	"custom_prompt_template" text,
	"use_memory" boolean DEFAULT true NOT NULL,
	"memory_length" integer DEFAULT 10 NOT NULL,
	"response_style" varchar(50),
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "character_settings_character_unique" UNIQUE("character_id")
);
--> statement-breakpoint
CREATE TABLE "character_tags" (
	"character_id" uuid NOT NULL,
	"tag_id" uuid NOT NULL,
	CONSTRAINT "character_tags_character_id_tag_id_pk" PRIMARY KEY("character_id","tag_id")
);
--> statement-breakpoint
CREATE TABLE "characters" (
	"id" uuid PRIMARY KEY NOT NULL,
	"creator_id" uuid NOT NULL,
	"name" varchar(100) NOT NULL,
	"description" text,
	"personality" text,
	"speech_style" text,
	"greeting" text,
	"background_story" text,
	"world_setting" text,
	"user_display_description" text,
	"use_custom_description" boolean DEFAULT false NOT NULL,
	"introduction_scenes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"start_sets" jsonb,
	"max_turns" integer,
	"character_type" varchar(50) DEFAULT 'roleplay' NOT NULL,
	"base_language" varchar(10) DEFAULT 'ko' NOT NULL,
	"avatar_url" varchar(500),
	"image_descriptions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"voice_settings" jsonb,
	"has_affinity_system" boolean DEFAULT false NOT NULL,
	"affinity_rules" text,
	"affinity_stages" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"is_public" boolean DEFAULT true NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"source_type" varchar(20) DEFAULT 'ORIGINAL' NOT NULL,
	"origin_story_id" uuid,
	"custom_module_id" uuid,
	"use_translation" boolean DEFAULT true NOT NULL,
	"chat_count" integer DEFAULT 0 NOT NULL,
	"like_count" integer DEFAULT 0 NOT NULL,
	"comment_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "characters_counts" CHECK (like_count >= 0 and comment_count >= 0 and chat_count >= 0)
);
--> statement-breakpoint
CREATE TABLE "story_extracted_characters" (
	"id" uuid PRIMARY KEY NOT NULL,
	"story_id" uuid NOT NULL,
	"name" varchar(100) NOT NULL,
	"description" text,
	"initial" varchar(4),
	"avatar_url" varchar(500),
	"character_id" uuid,
	"order_index" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "story_extracted_characters_name" UNIQUE("story_id","name")
);
--> statement-breakpoint
ALTER TABLE "stories" ADD CONSTRAINT "stories_creator_id_users_id_fk" FOREIGN KEY ("creator_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_chapters" ADD CONSTRAINT "story_chapters_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_tags" ADD CONSTRAINT "story_tags_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_tags" ADD CONSTRAINT "story_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_comments" ADD CONSTRAINT "character_comments_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_comments" ADD CONSTRAINT "character_comments_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_example_dialogues" ADD CONSTRAINT "character_example_dialogues_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_likes" ADD CONSTRAINT "character_likes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_likes" ADD CONSTRAINT "character_likes_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_searches" ADD CONSTRAINT "character_searches_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_settings" ADD CONSTRAINT "character_settings_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_tags" ADD CONSTRAINT "character_tags_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "character_tags" ADD CONSTRAINT "character_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "characters" ADD CONSTRAINT "characters_creator_id_users_id_fk" FOREIGN KEY ("creator_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "characters" ADD CONSTRAINT "characters_origin_story_id_stories_id_fk" FOREIGN KEY ("origin_story_id") REFERENCES "public"."stories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_extracted_characters" ADD CONSTRAINT "story_extracted_characters_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_extracted_characters" ADD CONSTRAINT "story_extracted_characters_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "tags_slug_unique" ON "tags" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "stories_creator" ON "stories" USING btree ("creator_id","created_at","id");--> statement-breakpoint
CREATE INDEX "stories_character" ON "stories" USING btree ("character_id") WHERE character_id is not null;--> statement-breakpoint
CREATE INDEX "story_tags_tag" ON "story_tags" USING btree ("tag_id","story_id");--> statement-breakpoint
CREATE INDEX "character_comments_character" ON "character_comments" USING btree ("character_id","created_at","id");--> statement-breakpoint
CREATE INDEX "character_comments_user" ON "character_comments" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "character_example_dialogues_character" ON "character_example_dialogues" USING btree ("character_id","order_index","id");--> statement-breakpoint
CREATE INDEX "character_likes_user" ON "character_likes" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "character_tags_tag" ON "character_tags" USING btree ("tag_id","character_id");--> statement-breakpoint
CREATE INDEX "characters_by_likes" ON "characters" USING btree ("like_count","created_at","id") WHERE is_public and is_active;--> statement-breakpoint
CREATE INDEX "characters_by_chats" ON "characters" USING btree ("chat_count","like_count","created_at","id") WHERE is_public and is_active;--> statement-breakpoint
CREATE INDEX "characters_by_age" ON "characters" USING btree ("created_at","id") WHERE is_public and is_active;--> statement-breakpoint
CREATE INDEX "characters_of_creator" ON "characters" USING btree ("creator_id","created_at","id");--> statement-breakpoint
CREATE INDEX "characters_of_story" ON "characters" USING btree ("origin_story_id","created_at","id") WHERE origin_story_id is not null;--> statement-breakpoint
CREATE INDEX "story_extracted_characters_character" ON "story_extracted_characters" USING btree ("character_id");