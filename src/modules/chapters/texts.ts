import type { Ctx } from '../../context.ts';
import { findSummaries, findTexts } from './text-queries.ts';

export type ChapterText = { id: string; no: number; title: string | null; content: string };

export type EpisodeSummary = {
  no: number;
  /** What happens in the chapter; at most 400 characters. */
  shortBrief: string;
  /** Its beginning, word for word; at most 600 characters. Whoever has not paid may see 200 of them. */
  anchorExcerpt: string;
  /** The story up to and with this chapter, at most 2,000 characters; null while it is being written again. */
  cumulativeSummary: string | null;
};

/** Read at once: at most 20 × 50,000 characters. */
const PAGE_CHAPTERS = 20;
const MAX_SUMMARIES = 1_000;

/**
 * The chapters of a story by number, a page of them in memory at a time. For callers that have asked who may read them:
 * paid chapters are whole. A chapter that is written meanwhile may be met or not.
 */
export async function* eachChapter(
  ctx: Ctx,
  storyId: string,
  { fromNo = 0, upToNo }: { fromNo?: number; upToNo?: number } = {},
): AsyncGenerator<ChapterText, void, undefined> {
  let next = fromNo;
  for (;;) {
    const page = await findTexts(ctx.db.pool, storyId, { fromNo: next, upToNo }, PAGE_CHAPTERS);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE_CHAPTERS) return;
    next = last.no + 1;
  }
}

/** All chapters up to and with the number `upTo`, in memory at once. As `eachChapter`, it asks nobody who may read. */
export async function chapterTexts(
  ctx: Ctx,
  storyId: string,
  { upTo }: { upTo?: number } = {},
): Promise<ChapterText[]> {
  const texts: ChapterText[] = [];
  for await (const chapter of eachChapter(ctx, storyId, { upToNo: upTo })) texts.push(chapter);
  return texts;
}

/**
 * Summaries of the chapters up to and with `upTo`, by number; with `limit` (at most 1,000) the last ones. Nothing in
 * them comes from later chapters. A chapter that was written a moment ago has none yet.
 */
export async function episodeSummaries(
  ctx: Ctx,
  storyId: string,
  { upTo, limit = MAX_SUMMARIES }: { upTo: number; limit?: number },
): Promise<EpisodeSummary[]> {
  return findSummaries(ctx.db.pool, storyId, upTo, Math.min(limit, MAX_SUMMARIES));
}
