import type { Tx } from '../../db/tx.ts';
import { addToViewCounts } from './view-count-queries.ts';

/**
 * Adds views of stories and of chapters to what stories tell of their views; ids that are gone are passed over. Holds the
 * stories, so it comes before the chapters' own counters. Only the views module calls it.
 */
export async function addStoryViews(
  tx: Tx,
  counts: { story: ReadonlyMap<string, number>; chapter: ReadonlyMap<string, number> },
): Promise<void> {
  await addToViewCounts(tx, counts.story, counts.chapter);
}
