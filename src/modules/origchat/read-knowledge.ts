import type { Ctx } from '../../context.ts';
import { episodeSummaries } from '../chapters/texts.ts';
import { knowStory, type StoryKnowledge } from './knowledge.ts';
import { findCast, findChaptersUpTo, findReader } from './knowledge-queries.ts';

/** Chapters below this number are free. */
const FIRST_PAID = 6;
/** Chapters whose text is read; of the others only that they exist. */
const READ_CHAPTERS = 4;
const READ_CHARS = 2_400;
const READ_SUMMARIES = 50;

/** What a user knows of a story who has read up to `anchor`. A story that is gone is one of which nobody knows anything. */
export async function readKnowledge(
  ctx: Ctx,
  { userId, storyId, anchor }: { userId: string; storyId: string; anchor: number },
): Promise<StoryKnowledge> {
  const db = ctx.db.pool;
  const [reader, chapters, summaries, cast] = await Promise.all([
    findReader(db, userId, storyId),
    findChaptersUpTo(db, storyId, anchor, { last: READ_CHAPTERS, chars: READ_CHARS }),
    episodeSummaries(ctx, storyId, { upTo: anchor, limit: READ_SUMMARIES }),
    findCast(db, storyId),
  ]);
  if (!reader) return knowStory({ title: '', anchor, chapters: [], summaries: [], cast: [], mayRead: () => false });
  const readsAll = reader.isAdmin === true || reader.creatorId === userId;
  const mayRead = (no: number) => readsAll || no < FIRST_PAID || reader.owned.includes(no);
  return knowStory({ title: reader.title, anchor, chapters, summaries, cast, mayRead });
}
