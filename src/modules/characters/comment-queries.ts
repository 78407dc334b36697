import { and, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characterComments, characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';
import { listed } from './list-queries.ts';
import { openToAll } from './queries.ts';

export type CommentRow = typeof characterComments.$inferSelect;

/** Writes a comment on a public character and counts it, in one statement. False when the character is not public. */
export async function insertComment(
  db: Db,
  comment: Omit<CommentRow, 'createdAt' | 'updatedAt'> & { now: Date },
): Promise<boolean> {
  const at = comment.now.toISOString();
  const rows = await db.execute(sql`
    with target as (
      select id from characters where id = ${comment.characterId}::uuid and ${openToAll}
    ), written as (
      insert into character_comments (id, character_id, user_id, content, created_at, updated_at)
      select ${comment.id}::uuid, id, ${comment.userId}::uuid, ${comment.content}, ${at}::timestamptz, ${at}::timestamptz from target
      returning character_id
    )
    update characters set comment_count = comment_count + 1 from written where characters.id = written.character_id
    returning characters.id`);
  return rows.length === 1;
}

export async function findComment(db: Db, id: string): Promise<CommentRow | undefined> {
  return (await db.select().from(characterComments).where(eq(characterComments.id, id)))[0];
}

export async function findComments(db: Db, characterId: string, { skip, limit }: { skip: number; limit: number }) {
  return db
    .select({ comment: characterComments, username: users.username, avatarUrl: users.avatarUrl })
    .from(characterComments)
    .innerJoin(users, eq(users.id, characterComments.userId))
    .where(eq(characterComments.characterId, characterId))
    .orderBy(desc(characterComments.createdAt), desc(characterComments.id))
    .limit(limit)
    .offset(skip);
}

/** What somebody wrote under characters that are still shown, the newest first. */
export async function findCommentsBy(db: Db, userId: string, { skip, limit }: { skip: number; limit: number }) {
  return db
    .select({ comment: characterComments, characterName: characters.name })
    .from(characterComments)
    .innerJoin(characters, eq(characters.id, characterComments.characterId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(and(eq(characterComments.userId, userId), listed))
    .orderBy(desc(characterComments.createdAt), desc(characterComments.id))
    .limit(limit)
    .offset(skip);
}

export async function updateComment(db: Db, id: string, content: string, now: Date): Promise<CommentRow | undefined> {
  const rows = await db
    .update(characterComments)
    .set({ content, updatedAt: now })
    .where(eq(characterComments.id, id))
    .returning();
  return rows[0];
}

/** Deletes a comment and counts it, in one statement. False when it was gone. */
export async function deleteCommentRow(db: Db | Tx, id: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with gone as (delete from character_comments where id = ${id}::uuid returning character_id)
    update characters set comment_count = comment_count - 1 from gone where characters.id = gone.character_id
    returning characters.id`);
  return rows.length === 1;
}
