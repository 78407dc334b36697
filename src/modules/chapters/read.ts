import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { prices } from '../points/prices.ts';
import { loadVisibleStory } from '../stories/access.ts';
import { countView } from '../views/count.ts';
import { readableChapters, readerOf } from './access.ts';
import { findChapter, findPage, hasChapterFrom } from './queries.ts';
import type { ChapterView } from './schema.ts';
import { type Tagged, tagged, viewChapter } from './views.ts';

/** Read at once: at most 20 × 50,000 characters. */
const PAGE_CHAPTERS = 20;

/**
 * All chapters of a story for a reader, by number, a page of them in memory at a time; those that must be bought come
 * without text and images. Throws before the first one: `story.not_found` (404), `story.private` (403), and 401 for a
 * token that is good no more where it would make a difference.
 */
export async function* listChapters(
  ctx: Ctx,
  actor: Actor,
  storyId: string,
  order: 'asc' | 'desc' = 'asc',
): AsyncGenerator<ChapterView, void, undefined> {
  const reader = await readableChapters(ctx, actor, storyId);
  if (
    isStale(actor) &&
    reader.lockedFromNo !== null &&
    (await hasChapterFrom(ctx.db.pool, storyId, reader.lockedFromNo))
  )
    throw fail('auth.not_authenticated');
  let after: number | undefined;
  for (;;) {
    const page = await findPage(ctx.db.pool, storyId, { after, order, limit: PAGE_CHAPTERS }, reader);
    for (const { locked, ...row } of page) yield viewChapter(row, locked);
    after = page.at(-1)?.no;
    if (page.length < PAGE_CHAPTERS) return;
  }
}

/**
 * One chapter; reading it counts. Throws `chapter.not_found` (404), `chapter.locked` (402) for one that must be bought,
 * `story.private` (403), 401.
 */
export async function getChapter(ctx: Ctx, actor: Actor, id: string): Promise<Tagged> {
  const row = await findReadable(ctx, actor, id);
  countView(ctx, { kind: 'chapter', id });
  return tagged(row);
}

/** Counts one reading. Throws as `getChapter` does. */
export async function viewedChapter(ctx: Ctx, actor: Actor, id: string): Promise<void> {
  await findReadable(ctx, actor, id);
  countView(ctx, { kind: 'chapter', id });
}

async function findReadable(ctx: Ctx, actor: Actor, id: string) {
  const row = await findChapter(ctx.db.pool, id);
  if (!row) throw fail('chapter.not_found');
  const story = await loadVisibleStory(ctx, actor, row.storyId);
  if (row.no <= prices.freeChapters) return row;
  const reader = await readerOf(ctx, actor, story);
  if (reader.mayRead(row.no)) return row;
  throw isStale(actor)
    ? fail('auth.not_authenticated')
    : fail('chapter.locked', { params: { price: prices.chapterPoints } });
}

/** Somebody whose token must be renewed: he may have bought what he would be told to buy. */
function isStale(actor: Actor): boolean {
  return actor.kind === 'guest' && actor.staleToken === true;
}
