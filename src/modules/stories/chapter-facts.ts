import type { Tx } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { addChapter, holdStory, recountChapters, updateOrigchat } from './chapter-facts-queries.ts';

/**
 * Counts a new chapter in its story's row, by which lists tell and sort: called once in the transaction that inserts it
 * (an edit does not call it), `at` is the chapter's `created_at`. Holds the story, so that a deletion waits. Throws
 * `story.not_found` (404) for one that is deleted.
 */
export async function chapterWritten(tx: Tx, storyId: string, at: Date): Promise<void> {
  if (!(await addChapter(tx, storyId, at))) throw fail('story.not_found');
}

/** Counts the chapters again, in the transaction that deleted one, after its row went. Throws `story.not_found` (404). */
export async function chapterRemoved(tx: Tx, storyId: string): Promise<void> {
  if (!(await holdStory(tx, storyId))) throw fail('story.not_found');
  await recountChapters(tx, storyId);
}

/**
 * Says whether a story can be played: true once an extraction found somebody. Writes only a change, and no date of an
 * edit. Throws `story.not_found` (404), so that nothing is kept of a story that was deleted meanwhile.
 */
export async function setOrigchat(tx: Tx, storyId: string, value: boolean): Promise<void> {
  if (!(await holdStory(tx, storyId))) throw fail('story.not_found');
  await updateOrigchat(tx, storyId, value);
}
