import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { readerOf } from '../chapters/access.ts';
import { episodeSummaries } from '../chapters/texts.ts';
import type { RoomAccessRow } from '../turns/access.ts';
import { detailsOf } from './details.ts';
import { knowStory, type StoryKnowledge } from './knowledge.ts';
import { findCast, findChaptersUpTo, findReader } from './knowledge-queries.ts';

/** Chapters whose text is read; of the others only that they exist. */
const READ_CHAPTERS = 4;
const READ_CHARS = 2_400;
const READ_SUMMARIES = 50;

type KnownStory = { id: string; title: string; creatorId: string };

/** What somebody who may see a story knows of it when they have read up to `anchor`. */
export async function readKnowledge(
  ctx: Ctx,
  actor: Actor,
  story: KnownStory,
  anchor: number,
): Promise<StoryKnowledge> {
  const db = ctx.db.pool;
  const { id: storyId, title } = story;
  const [{ mayRead }, chapters, summaries, cast] = await Promise.all([
    readerOf(ctx, actor, story),
    findChaptersUpTo(db, storyId, anchor, { last: READ_CHAPTERS, chars: READ_CHARS }),
    episodeSummaries(ctx, storyId, { upTo: anchor, limit: READ_SUMMARIES }),
    findCast(db, storyId),
  ]);
  return knowStory({ title, anchor, chapters, summaries, cast, mayRead });
}

/** What the user of a room knows of its story. Of one that is gone nobody knows anything. */
export async function knowledgeOfRoom(
  ctx: Ctx,
  room: Pick<RoomAccessRow, 'userId' | 'storyId' | 'details'>,
): Promise<StoryKnowledge> {
  const { anchor } = detailsOf(room);
  const { userId, storyId } = room;
  const reader = storyId === null ? undefined : await findReader(ctx.db.pool, userId, storyId);
  if (storyId === null || !reader) return nothing(anchor);
  const actor = { kind: 'member' as const, userId, sessionId: '', isAdmin: reader.isAdmin === true };
  return readKnowledge(ctx, actor, { id: storyId, ...reader }, anchor);
}

function nothing(anchor: number): StoryKnowledge {
  return knowStory({ title: '', anchor, chapters: [], summaries: [], cast: [], mayRead: () => false });
}
