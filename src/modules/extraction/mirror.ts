import type { Ctx } from '../../context.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import type { JobRow } from './job-queries.ts';
import { statusOf, statusSeconds, viewJob } from './view-job.ts';

/**
 * Shows a job as it is in Redis, and wakes those who follow it. After the row was written, never before. Without Redis
 * nothing is shown; whoever asks is answered from the row.
 */
export async function mirrorJob(ctx: Ctx, row: JobRow): Promise<void> {
  const status = statusOf(row);
  try {
    await ctx.redis.commands.mirrorExtraction(
      keys.extractionRecord(row.id),
      keys.extractionStatus(row.storyId),
      keys.extractionNewest(row.storyId),
      JSON.stringify(viewJob(row, 'en')),
      ttlSeconds.extractionRecord,
      status,
      statusSeconds[status],
      row.id,
    );
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}

/** Forgets the status of a story whose persons were deleted. Returns how many keys went. */
export async function forgetStatus(ctx: Ctx, storyId: string): Promise<number> {
  try {
    return await ctx.redis.commands.del(keys.extractionStatus(storyId));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    return 0;
  }
}
