DROP INDEX "characters_by_likes";--> statement-breakpoint
DROP INDEX "characters_by_chats";--> statement-breakpoint
DROP INDEX "characters_by_age";--> statement-breakpoint
CREATE INDEX "characters_by_likes" ON "characters" USING btree ("like_count","created_at","id","origin_story_id") WHERE is_public and is_active;--> statement-breakpoint
CREATE INDEX "characters_by_chats" ON "characters" USING btree ("chat_count","like_count","created_at","id","origin_story_id") WHERE is_public and is_active;--> statement-breakpoint
CREATE INDEX "characters_by_age" ON "characters" USING btree ("created_at","id","origin_story_id") WHERE is_public and is_active;