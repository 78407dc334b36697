import type { Tx } from '../../db/tx.ts';
import { addToViewCounts } from './view-count-queries.ts';

/** Adds views to the counters of chapters; ids that are gone are passed over. Only the views module calls it. */
export async function addChapterViews(tx: Tx, counts: ReadonlyMap<string, number>): Promise<void> {
  await addToViewCounts(tx, [...counts.keys()], [...counts.values()]);
}
