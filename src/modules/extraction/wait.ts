import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { addSeconds } from '../../lib/clock.ts';
import { fail } from '../../lib/errors.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { listen } from '../../redis/stream.ts';
import { listItems } from './grid.ts';
import { findJob } from './job-queries.ts';
import type { ItemView } from './schema.ts';
import { startExtraction } from './start.ts';
import { errorOf } from './view-job.ts';

/** How long the answer is waited for; the route's own deadline lies behind it. */
export const WAIT_SECONDS = 120;
/** A search that nobody takes up for so long, while no worker was seen, waits for a worker to come. */
const WORKER_SECONDS = 10;

/**
 * Searches one's story for its persons, or joins the search that runs, and waits for its end. Throws what ended it:
 * `extraction.nobody_found` and its kin (503), `extraction.cancelled` (409); `extraction.no_worker` (503) and
 * `extraction.still_running` (504) while it goes on. The old grid stands unless the search succeeds.
 */
export async function rebuildAndWait(
  ctx: Ctx,
  actor: Member,
  storyId: string,
  signal: AbortSignal,
): Promise<{ items: ItemView[]; created: number }> {
  const { id } = await startExtraction(ctx, actor, storyId);
  const startedAt = ctx.clock.now();
  const pings = listen(ctx.redis, keys.extractionRecord(id), signal);
  try {
    for (;;) {
      signal.throwIfAborted();
      const job = await findJob(ctx.db.pool, id);
      if (!job || job.status === 'cancelled') throw fail('extraction.cancelled');
      if (job.status === 'done') return { items: await listItems(ctx, storyId), created: job.created };
      if (job.status === 'error') throw errorOf(job);
      const now = ctx.clock.now();
      if (now >= addSeconds(startedAt, WAIT_SECONDS))
        throw fail('extraction.still_running', { params: { job_id: id }, members: { job_id: id } });
      const idle = job.status === 'queued' && now >= addSeconds(startedAt, WORKER_SECONDS);
      if (idle && !(await workerSeen(ctx))) throw fail('extraction.no_worker', { members: { job_id: id } });
      await pings.next();
    }
  } finally {
    pings.close();
  }
}

async function workerSeen(ctx: Ctx): Promise<boolean> {
  try {
    return (await ctx.redis.commands.exists(keys.workerSeen())) === 1;
  } catch (error) {
    if (isRedisDown(error)) return false;
    throw error;
  }
}
