import { and, eq } from 'drizzle-orm';
import type { Db } from '../../../db/client.ts';
import { quickCreations } from '../../../db/tables/quick-creations.ts';
import type { Tx } from '../../../db/tx.ts';

export type QuickCreationRow = typeof quickCreations.$inferSelect;

/** What a member's request made, if its character still exists. */
export async function findQuickCreation(
  db: Db,
  creatorId: string,
  requestId: string,
): Promise<QuickCreationRow | undefined> {
  const asked = and(eq(quickCreations.creatorId, creatorId), eq(quickCreations.requestId, requestId));
  return (await db.select().from(quickCreations).where(asked))[0];
}

/** Fails on the constraint `quick_creations_once` when the request has made a character already. */
export async function insertQuickCreation(tx: Tx, row: QuickCreationRow): Promise<void> {
  await tx.insert(quickCreations).values(row);
}
