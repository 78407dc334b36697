import { inArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { origchatStarts } from '../../db/tables/origchat.ts';
import type { Tx } from '../../db/tx.ts';

/** One start more; returns how many there are now. */
export async function addStart(tx: Tx, storyId: string): Promise<number> {
  const [row] = await tx
    .insert(origchatStarts)
    .values({ storyId, count: 1 })
    .onConflictDoUpdate({ target: origchatStarts.storyId, set: { count: sql`${origchatStarts.count} + 1` } })
    .returning({ count: origchatStarts.count });
  return row?.count ?? 0;
}

export async function findStarts(db: Db, storyIds: string[]): Promise<{ storyId: string; count: number }[]> {
  return db.select().from(origchatStarts).where(inArray(origchatStarts.storyId, storyIds));
}
