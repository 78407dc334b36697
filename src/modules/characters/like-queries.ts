import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { openToAll } from './queries.ts';

/**
 * Likes a public character and counts it, in one statement. False when there was nothing to do: liked already, or not
 * there, or not public.
 */
export async function insertLike(
  db: Db,
  like: { id: string; userId: string; characterId: string; now: Date },
): Promise<boolean> {
  const rows = await db.execute(sql`
    with target as (
      select id from characters where id = ${like.characterId}::uuid and ${openToAll}
    ), liked as (
      insert into character_likes (id, user_id, character_id, created_at)
      select ${like.id}::uuid, ${like.userId}::uuid, id, ${like.now.toISOString()}::timestamptz from target
      on conflict (character_id, user_id) do nothing returning character_id
    )
    update characters set like_count = like_count + 1 from liked where characters.id = liked.character_id
    returning characters.id`);
  return rows.length === 1;
}

/** Takes a like back and counts it, in one statement. False when there was none. */
export async function deleteLike(db: Db, userId: string, characterId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with unliked as (
      delete from character_likes where user_id = ${userId}::uuid and character_id = ${characterId}::uuid
      returning character_id
    )
    update characters set like_count = like_count - 1 from unliked where characters.id = unliked.character_id
    returning characters.id`);
  return rows.length === 1;
}

export async function isLiked(db: Db, userId: string, characterId: string): Promise<boolean> {
  const [row] = await db.execute<{ liked: boolean }>(sql`
    select exists(select 1 from character_likes where user_id = ${userId}::uuid and character_id = ${characterId}::uuid) as liked`);
  return row?.liked ?? false;
}
