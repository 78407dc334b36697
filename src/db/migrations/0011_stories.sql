CREATE TABLE "story_comments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"story_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"content" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "story_likes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"story_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "story_likes_once" UNIQUE("story_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "story_searches" (
	"story_id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"document" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "stories" ADD COLUMN "view_total" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stories" ADD COLUMN "chapter_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "stories" ADD COLUMN "last_chapter_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "stories" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "story_comments" ADD CONSTRAINT "story_comments_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_comments" ADD CONSTRAINT "story_comments_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_likes" ADD CONSTRAINT "story_likes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_likes" ADD CONSTRAINT "story_likes_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_searches" ADD CONSTRAINT "story_searches_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "story_comments_story" ON "story_comments" USING btree ("story_id","created_at","id");--> statement-breakpoint
CREATE INDEX "story_comments_user" ON "story_comments" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "story_likes_user" ON "story_likes" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "stories_by_likes" ON "stories" USING btree ("like_count","created_at","id") WHERE is_public;--> statement-breakpoint
CREATE INDEX "stories_by_views" ON "stories" USING btree ("view_total","like_count","created_at","id") WHERE is_public;--> statement-breakpoint
CREATE INDEX "stories_by_news" ON "stories" USING btree (coalesce(last_chapter_at, updated_at),"id") WHERE is_public;--> statement-breakpoint
CREATE INDEX "stories_of_genre" ON "stories" USING btree ("genre","like_count","created_at","id") WHERE is_public;--> statement-breakpoint
CREATE INDEX "stories_origchat" ON "stories" USING btree ("like_count","created_at","id") WHERE is_public and is_origchat;--> statement-breakpoint
ALTER TABLE "stories" ADD CONSTRAINT "stories_counts" CHECK (like_count >= 0 and comment_count >= 0 and view_count >= 0 and chapter_count >= 0);--> statement-breakpoint
ALTER TABLE "stories" ADD CONSTRAINT "stories_deleted_are_private" CHECK (deleted_at is null or not is_public);