import type { Tx } from '../../db/tx.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { deleteSummary, markStale } from './summary-queries.ts';

/**
 * A chapter was written, changed or deleted in this transaction: its summary is void, and what tells the story up to it or
 * to a later chapter has to be told again. The job is one per story, however many chapters are written.
 */
export async function textChanged(
  tx: Tx,
  { storyId, id, no }: { storyId: string; id: string; no: number },
): Promise<void> {
  await markStale(tx, storyId, no);
  await deleteSummary(tx, id);
  await tellAgain(tx, storyId);
}

/** Enqueues the job that brings the summaries of a story up to date. */
export async function tellAgain(tx: Tx, storyId: string): Promise<void> {
  await enqueue(tx, 'chapters.summarise', { storyId }, { jobKey: `chapters.summarise:${storyId}` });
}
