DROP INDEX "stories_origchat";--> statement-breakpoint
CREATE INDEX "stories_by_kind" ON "stories" USING btree ("is_origchat","like_count","created_at","id") WHERE is_public;