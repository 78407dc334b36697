import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { chapterPurchases, storyChapters } from '../../db/tables/chapters.ts';
import type { Tx } from '../../db/tx.ts';

const p = chapterPurchases;

type Wanted = { userId: string; storyId: string; no: number };

/** Whether there is such a chapter, and whether this user has bought its number. */
export async function findOffer(db: Db, { userId, storyId, no }: Wanted) {
  const [row] = await db
    .select({ status: p.status })
    .from(storyChapters)
    .leftJoin(p, and(eq(p.userId, userId), eq(p.storyId, storyChapters.storyId), eq(p.chapterNo, storyChapters.no)))
    .where(and(eq(storyChapters.storyId, storyId), eq(storyChapters.no, no)));
  return row && { owned: row.status === 'owned' };
}

/**
 * The row of a purchase that is not paid yet: a new one, or the one that stands, whose time begins again. Undefined when it
 * is paid by now, or the story is gone.
 */
export async function openPurchase(
  db: Db,
  { userId, storyId, no }: Wanted,
  { id, now }: { id: string; now: Date },
): Promise<string | undefined> {
  const at = sql`${now.toISOString()}::timestamptz`;
  // Shared lock: a story that is being deleted is either still there for the whole statement, or not at all.
  const rows = await db.execute<{ id: string }>(sql`
    insert into chapter_purchases (id, user_id, story_id, chapter_no, status, attempted_at, created_at)
    select ${id}::uuid, ${userId}::uuid, s.id, ${no}::int, 'pending', ${at}, ${at}
    from (select id from stories where id = ${storyId}::uuid and deleted_at is null for share) s
    on conflict (user_id, story_id, chapter_no)
    do update set attempted_at = excluded.attempted_at where chapter_purchases.status = 'pending'
    returning id`);
  return rows[0]?.id;
}

/** Makes a paid purchase a right to read, also when it is one already. False when it was given up. */
export async function completePurchase(db: Db, id: string, now: Date): Promise<boolean> {
  const since = sql`case when ${p.status} = 'owned' then ${p.createdAt} else ${now.toISOString()}::timestamptz end`;
  const rows = await db
    .update(p)
    .set({ status: 'owned', createdAt: since as never })
    .where(eq(p.id, id))
    .returning({ id: p.id });
  return rows.length === 1;
}

/** Removes purchases that nobody has tried to pay since `before`, at most `limit`. */
export async function giveUpPurchases(tx: Tx, before: Date, limit: number) {
  const doomed = tx
    .select({ id: p.id })
    .from(p)
    .where(and(eq(p.status, 'pending'), lt(p.attemptedAt, before)))
    .limit(limit)
    .for('update', { skipLocked: true });
  return tx.delete(p).where(inArray(p.id, doomed)).returning({ id: p.id, userId: p.userId, no: p.chapterNo });
}

/** Removes all purchases of a story; answers with those that may have been paid for without being completed. */
export async function deletePurchasesOf(tx: Tx, storyId: string) {
  const rows = await tx
    .delete(p)
    .where(eq(p.storyId, storyId))
    .returning({ id: p.id, userId: p.userId, no: p.chapterNo, status: p.status });
  return rows.filter(({ status }) => status === 'pending');
}
