import type { Ctx } from '../../context.ts';
import { addSeconds } from '../../lib/clock.ts';
import { endSilentJobs } from './job-queries.ts';
import { mirrorJob } from './mirror.ts';

/** A living run writes every two seconds. A dead worker's job is taken over within fifteen. */
const SILENT_SECONDS = 30;
/** Whatever the queue says: a run that was begun is not silent for so long. */
const HOPELESS_SECONDS = 1_800;

/**
 * Ends searches that nobody runs and nobody will run. Returns how many. Any number of workers may do it at once: each row
 * is ended by one of them.
 */
export async function reapExtractions(ctx: Ctx): Promise<number> {
  const now = ctx.clock.now();
  const ended = await endSilentJobs(ctx.db.pool, {
    silentSince: addSeconds(now, -SILENT_SECONDS),
    hopelessSince: addSeconds(now, -HOPELESS_SECONDS),
    end: { status: 'error', errorCode: 'extraction.abandoned', endedAt: now },
  });
  for (const job of ended) {
    ctx.log.warn('search for persons given up: nobody runs it', { job_id: job.id });
    await mirrorJob(ctx, job);
  }
  return ended.length;
}
