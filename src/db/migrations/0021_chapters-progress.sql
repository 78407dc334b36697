ALTER TABLE "story_summary_progress" ALTER COLUMN "stale_from_no" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "story_summary_progress" DROP COLUMN "epoch";