import type { Tx } from '../../db/tx.ts';
import { refundPurchase } from './purchase.ts';
import { deletePurchasesOf } from './purchase-queries.ts';
import { deleteChaptersOf, holdStory } from './queries.ts';
import { deleteProgress } from './summary-queries.ts';

/**
 * Deletes everything of a story that this module keeps: chapters, their summaries, purchases. Part of deleting the story,
 * before its row goes; a purchase that was cut off in the middle gets its points back.
 */
export async function removeChaptersOf(tx: Tx, storyId: string): Promise<void> {
  await holdStory(tx, storyId, { toDelete: true });
  for (const unfinished of await deletePurchasesOf(tx, storyId)) await refundPurchase(tx, unfinished);
  await deleteChaptersOf(tx, storyId);
  await deleteProgress(tx, storyId);
}
