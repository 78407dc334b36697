CREATE TABLE "chapter_purchases" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"story_id" uuid NOT NULL,
	"chapter_no" integer NOT NULL,
	"status" varchar(10) NOT NULL,
	"attempted_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "chapter_purchases_once" UNIQUE("user_id","story_id","chapter_no")
);
--> statement-breakpoint
CREATE TABLE "story_episode_summaries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"story_id" uuid NOT NULL,
	"chapter_id" uuid NOT NULL,
	"no" integer NOT NULL,
	"short_brief" text NOT NULL,
	"anchor_excerpt" text NOT NULL,
	"cumulative_summary" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "story_episode_summaries_chapter_unique" UNIQUE("chapter_id"),
	CONSTRAINT "story_episode_summaries_no_unique" UNIQUE("story_id","no")
);
--> statement-breakpoint
CREATE TABLE "story_summary_progress" (
	"story_id" uuid PRIMARY KEY NOT NULL,
	"stale_from_no" integer,
	"epoch" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "view_batches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"applied_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "story_chapters" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "chapter_purchases" ADD CONSTRAINT "chapter_purchases_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chapter_purchases" ADD CONSTRAINT "chapter_purchases_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_episode_summaries" ADD CONSTRAINT "story_episode_summaries_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_episode_summaries" ADD CONSTRAINT "story_episode_summaries_chapter_id_story_chapters_id_fk" FOREIGN KEY ("chapter_id") REFERENCES "public"."story_chapters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "story_summary_progress" ADD CONSTRAINT "story_summary_progress_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chapter_purchases_story" ON "chapter_purchases" USING btree ("story_id");--> statement-breakpoint
CREATE INDEX "chapter_purchases_pending" ON "chapter_purchases" USING btree ("attempted_at") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "view_batches_age" ON "view_batches" USING btree ("applied_at");