import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

/**
 * Likes a public story and counts it, in one statement. False when there was nothing to do: liked already, or not
 * there, or not public. The story is held from the start: its deletion leaves a row that could be liked otherwise, and a
 * lesser lock that grows would wait for the deletion, which waits for the lock.
 */
export async function insertLike(
  db: Db,
  like: { id: string; userId: string; storyId: string; now: Date },
): Promise<boolean> {
  const rows = await db.execute(sql`
    with target as (
      select id from stories where id = ${like.storyId}::uuid and is_public for no key update
    ), liked as (
      insert into story_likes (id, user_id, story_id, created_at)
      select ${like.id}::uuid, ${like.userId}::uuid, id, ${like.now.toISOString()}::timestamptz from target
      on conflict (story_id, user_id) do nothing returning story_id
    )
    update stories set like_count = like_count + 1 from liked where stories.id = liked.story_id
    returning stories.id`);
  return rows.length === 1;
}

/** Takes a like back and counts it, in one statement; the story is held first, as by its deletion. False when there was none. */
export async function deleteLike(db: Db, userId: string, storyId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with held as (
      select id from stories where id = ${storyId}::uuid for no key update
    ), unliked as (
      delete from story_likes l using held where l.user_id = ${userId}::uuid and l.story_id = held.id returning l.story_id
    )
    update stories set like_count = like_count - 1 from unliked where stories.id = unliked.story_id
    returning stories.id`);
  return rows.length === 1;
}

export async function isLiked(db: Db, userId: string, storyId: string): Promise<boolean> {
  const [row] = await db.execute<{ liked: boolean }>(sql`
    select exists(select 1 from story_likes where user_id = ${userId}::uuid and story_id = ${storyId}::uuid) as liked`);
  return row?.liked ?? false;
}
