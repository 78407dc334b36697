import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { keys } from '../../redis/keys.ts';
import { addChapterViews } from '../chapters/view-count.ts';
import { addStoryViews } from '../stories/view-count.ts';
import type { Viewed } from './count.ts';
import { insertBatch } from './queries.ts';

/** Counters changed in one transaction: short enough to hold no row for long. */
const MAX_BATCH_COUNTERS = 1_000;

type Batch = { id: string; counts: Record<Viewed['kind'], Map<string, number>> };

/**
 * Adds what Redis has counted to the counters in Postgres, and returns how many views it was. A batch keeps its id and its
 * counts in Redis until Postgres has them, and Postgres remembers the id in the transaction that adds them: whoever dies
 * in between, the next run adds them once.
 */
export async function flushViews(ctx: Ctx): Promise<number> {
  let total = 0;
  for (;;) {
    const batch = await claim(ctx);
    if (!batch) return total;
    const applied = await withTx(ctx.db, async (tx) => {
      if (!(await insertBatch(tx, batch.id, ctx.clock.now()))) return false;
      // Stories before chapters, as whoever writes a chapter holds them.
      await addStoryViews(tx, batch.counts);
      if (batch.counts.chapter.size > 0) await addChapterViews(tx, batch.counts.chapter);
      return true;
    });
    if (applied) for (const counts of Object.values(batch.counts)) for (const views of counts.values()) total += views;
    await ctx.redis.commands.viewsForget(keys.viewsClaimed(), batch.id);
  }
}

async function claim(ctx: Ctx): Promise<Batch | undefined> {
  const fields = await ctx.redis.commands.viewsClaim(
    keys.viewsClaimed(),
    keys.viewsPending(),
    newId(),
    MAX_BATCH_COUNTERS,
  );
  const batch: Batch = { id: '', counts: { story: new Map(), chapter: new Map() } };
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [field = '', value = ''] = fields.slice(at, at + 2);
    const [kind, id = ''] = field.split(':');
    if (kind === 'batch') batch.id = value;
    else if (kind === 'story' || kind === 'chapter') batch.counts[kind].set(id, Number(value));
  }
  return batch.id === '' ? undefined : batch;
}
