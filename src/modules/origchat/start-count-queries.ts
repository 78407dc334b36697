import { inArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { origchatStarts } from '../../db/tables/origchat.ts';
import type { Tx } from '../../db/tx.ts';

/**
 * One start more; returns how many there are now. Holds the story until the transaction ends, so that it is not deleted
 * meanwhile; undefined when it is deleted already.
 */
export async function addStart(tx: Tx, storyId: string): Promise<number | undefined> {
  const rows = await tx.execute<{ count: string }>(sql`
    insert into origchat_starts (story_id, count)
    select s.id, 1 from stories s where s.id = ${storyId} and s.deleted_at is null for share
    on conflict (story_id) do update set count = origchat_starts.count + 1
    returning count`);
  return rows[0] && Number(rows[0].count);
}

export async function findStarts(db: Db, storyIds: string[]): Promise<{ storyId: string; count: number }[]> {
  return db.select().from(origchatStarts).where(inArray(origchatStarts.storyId, storyIds));
}
