import type { Ctx } from '../../context.ts';
import { startCounts } from '../origchat/start-count.ts';
import { storyListItems } from './list-items.ts';
import type { SlotView } from './schema.ts';
import { findCandidates } from './storydive-queries.ts';

/** So many stories are looked at for each that is shown. */
const CANDIDATES_PER_SLOT = 30;
const MIN_CANDIDATES = 200;

/** Stories that wait to be played: those that were begun the least, then those with the most views for an episode. */
export async function listSlots(
  ctx: Ctx,
  { limit, min_episodes }: { limit: number; min_episodes: number },
): Promise<SlotView[]> {
  const most = Math.max(limit * CANDIDATES_PER_SLOT, MIN_CANDIDATES);
  const rows = await findCandidates(ctx.db.pool, { minEpisodes: min_episodes, most });
  const starts = await startCounts(
    ctx,
    rows.map(({ id }) => id),
  );
  const slots = rows
    .map(({ id, chapterCount, viewTotal }) => ({
      id,
      total_views: viewTotal,
      avg_views: Math.round((viewTotal / chapterCount) * 100) / 100,
      origchat_starts: starts.get(id) ?? 0,
    }))
    .sort((a, b) => a.origchat_starts - b.origchat_starts || b.avg_views - a.avg_views || b.total_views - a.total_views)
    .slice(0, limit);
  const items = await storyListItems(
    ctx,
    slots.map(({ id }) => id),
  );
  const shown = new Map(items.map((item) => [item.id, item]));
  return slots.flatMap((slot) => {
    const item = shown.get(slot.id);
    // Its cover may have gone since we looked.
    if (!item?.cover_url) return [];
    const { title, cover_url, excerpt, episode_count } = item;
    return [{ ...slot, title, cover_url, excerpt, episode_count }];
  });
}
