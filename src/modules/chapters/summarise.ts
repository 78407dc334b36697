import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { tellAgain } from './stale.ts';
import { findNext, findUntold, keepWritersOut, moveOn, type NextToTell, saveSummary } from './summary-queries.ts';
import { excerptOf, tellChapter, tellStory } from './tell.ts';

/** Chapters told in one job, so that a long story does not keep the others waiting. */
const MAX_CHAPTERS = 50;

/**
 * Job: brings the summaries of a story up to date, from the first chapter on that was not told, one after the other. Each
 * is kept as it is done, and only if nothing that it was made of has been written meanwhile. Any number of these may run
 * at once; a chapter that was not touched is not told again, only the story up to it.
 */
export async function summariseChapters(ctx: Ctx, { storyId }: { storyId: string }): Promise<void> {
  for (let told = 0; told < MAX_CHAPTERS; told += 1) {
    ctx.stopping.throwIfAborted();
    const next = await findNext(ctx.db.pool, storyId);
    if (!next) return;
    await tellNext(ctx, storyId, next);
  }
  await withTx(ctx.db, (tx) => tellAgain(tx, storyId));
}

/** Stories in one run of the belt; the next run takes the rest. */
const MAX_STORIES = 200;

/** Job: enqueues the summaries that are missing because their job used up its tries, as it does while a model is away for hours. */
export async function summariseMissed(ctx: Ctx): Promise<void> {
  const storyIds = await findUntold(ctx.db.pool, MAX_STORIES);
  await withTx(ctx.db, async (tx) => {
    for (const storyId of storyIds) await tellAgain(tx, storyId);
  });
}

async function tellNext(ctx: Ctx, storyId: string, next: NextToTell): Promise<void> {
  const shortBrief = next.shortBrief ?? (await tellChapter(ctx, next.content));
  const anchorExcerpt = next.anchorExcerpt ?? excerptOf(next.content);
  const cumulativeSummary = await tellStory(ctx, next.before ?? '', shortBrief);
  const now = ctx.clock.now();
  await withTx(ctx.db, async (tx) => {
    await keepWritersOut(tx, storyId);
    if (!Bun.deepEquals(await findNext(tx, storyId), next)) return;
    if (!(await moveOn(tx, storyId, next.staleFromNo, next.no + 1))) return;
    await saveSummary(tx, {
      id: newId(),
      storyId,
      chapterId: next.id,
      no: next.no,
      shortBrief,
      anchorExcerpt,
      cumulativeSummary,
      createdAt: now,
      updatedAt: now,
    });
  });
}
