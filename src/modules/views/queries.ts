import { viewBatches } from '../../db/tables/views.ts';
import type { Tx } from '../../db/tx.ts';

/** Takes a batch on; false when its views are in the counters already. A second transaction waits for the first. */
export async function insertBatch(tx: Tx, id: string, appliedAt: Date): Promise<boolean> {
  const rows = await tx.insert(viewBatches).values({ id, appliedAt }).onConflictDoNothing().returning();
  return rows.length === 1;
}
