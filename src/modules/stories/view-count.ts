import type { Tx } from '../../db/tx.ts';
import { addToViewCounts } from './view-count-queries.ts';

/** Adds views to the counters of stories; ids that are gone are passed over. Only the views module calls it. */
export async function addStoryViews(tx: Tx, counts: ReadonlyMap<string, number>): Promise<void> {
  await addToViewCounts(tx, [...counts.keys()], [...counts.values()]);
}
