import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { backlogOf } from './journal.ts';

/** At most twenty jobs a second and shard, however many uses there are. */
const NUDGE_MS = 50;
/** How soon the outbox is looked at again after a nudge. */
const LOOK_AGAIN_MS = 500;

type Planned = { timer: Timer; at: number };
const plans = new WeakMap<Ctx, Map<number, Planned>>();

/**
 * Wakes the settling worker soon. One timer per process and shard stands for all requests: none of them waits for
 * Postgres, and a nudge that is lost is made up for while the outbox is not empty.
 */
export function nudgeSettler(ctx: Ctx, shard: number, afterMs = NUDGE_MS): void {
  const shards = plans.get(ctx) ?? new Map<number, Planned>();
  plans.set(ctx, shards);
  const planned = shards.get(shard);
  const at = performance.now() + afterMs;
  if (ctx.stopping.aborted || (planned && planned.at <= at)) return;
  clearTimeout(planned?.timer);
  const timer = setTimeout(() => {
    shards.delete(shard);
    const work: Promise<void> = nudge(ctx, shard)
      .catch(() => true)
      .then((again) => {
        ctx.background.delete(work);
        if (again) nudgeSettler(ctx, shard, LOOK_AGAIN_MS);
      });
    ctx.background.add(work);
  }, afterMs);
  timer.unref();
  shards.set(shard, { timer, at });
}

/** Enqueues the job if there is something to settle, and says whether to look again. */
async function nudge(ctx: Ctx, shard: number): Promise<boolean> {
  if (ctx.stopping.aborted || (await backlogOf(ctx, shard)) === 0) return false;
  await withTx(ctx.db, (tx) => enqueue(tx, 'points.settle', { shard }, { jobKey: `points.settle:${shard}` }));
  return true;
}
