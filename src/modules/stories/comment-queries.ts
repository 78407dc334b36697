import { desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { stories } from '../../db/tables/stories.ts';
import { storyComments } from '../../db/tables/story-social.ts';
import { users } from '../../db/tables/users.ts';
import type { Page } from './list-filter.ts';
import { listed } from './list-queries.ts';

export type CommentRow = typeof storyComments.$inferSelect;

const newest = [desc(storyComments.createdAt), desc(storyComments.id)];

/**
 * Writes a comment and counts it, in one statement: on a public story, or on a private one of one's own. False when the
 * story is neither, or is being deleted: the lock waits to see.
 */
export async function insertComment(
  db: Db,
  comment: Omit<CommentRow, 'createdAt' | 'updatedAt'> & { now: Date },
): Promise<boolean> {
  const at = comment.now.toISOString();
  const rows = await db.execute(sql`
    with target as (
      select id from stories
      where id = ${comment.storyId}::uuid and deleted_at is null and (is_public or creator_id = ${comment.userId}::uuid)
      for no key update
    ), written as (
      insert into story_comments (id, story_id, user_id, content, created_at, updated_at)
      select ${comment.id}::uuid, id, ${comment.userId}::uuid, ${comment.content}, ${at}::timestamptz, ${at}::timestamptz from target
      returning story_id
    )
    update stories set comment_count = comment_count + 1 from written where stories.id = written.story_id
    returning stories.id`);
  return rows.length === 1;
}

export async function findComment(db: Db, id: string): Promise<CommentRow | undefined> {
  return (await db.select().from(storyComments).where(eq(storyComments.id, id)))[0];
}

export async function findComments(db: Db, storyId: string, { skip, limit }: Page) {
  return db
    .select({ comment: storyComments, username: users.username, avatarUrl: users.avatarUrl })
    .from(storyComments)
    .innerJoin(users, eq(users.id, storyComments.userId))
    .where(eq(storyComments.storyId, storyId))
    .orderBy(...newest)
    .limit(limit)
    .offset(skip);
}

/** What somebody wrote under stories that are still shown, the newest first. */
export async function findCommentsBy(db: Db, userId: string, { skip, limit }: Page) {
  return db
    .select({ comment: storyComments, storyTitle: stories.title })
    .from(storyComments)
    .innerJoin(stories, eq(stories.id, storyComments.storyId))
    .where(sql`${storyComments.userId} = ${userId}::uuid and ${listed}`)
    .orderBy(...newest)
    .limit(limit)
    .offset(skip);
}

export async function updateComment(db: Db, id: string, content: string, now: Date): Promise<CommentRow | undefined> {
  const rows = await db
    .update(storyComments)
    .set({ content, updatedAt: now })
    .where(eq(storyComments.id, id))
    .returning();
  return rows[0];
}

/** Deletes a comment and counts it, in one statement; the story is held first, as by its deletion. False when it was gone. */
export async function deleteCommentRow(db: Db, id: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with held as (
      select id from stories where id = (select story_id from story_comments where id = ${id}::uuid) for no key update
    ), gone as (
      delete from story_comments c using held where c.id = ${id}::uuid and c.story_id = held.id returning c.story_id
    )
    update stories set comment_count = comment_count - 1 from gone where stories.id = gone.story_id
    returning stories.id`);
  return rows.length === 1;
}
