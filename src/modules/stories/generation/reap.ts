import type { Ctx } from '../../../context.ts';
import { addSeconds } from '../../../lib/clock.ts';
import { announceEnd } from './control.ts';
import { endSilentJobs } from './reap-queries.ts';

/** A living writer saves every two seconds; one that is silent for so long is gone. */
const SILENT_SECONDS = 10;
const ABANDONED = {
  en: 'The story could not be finished: its writer stopped. Please try again.',
  ko: '이야기를 쓰던 작업이 중단되어 끝까지 쓰지 못했습니다. 다시 시도해 주세요.',
};

/**
 * Brings stories whose process died to their terminal state, and tells their readers. Returns how many. Any number of
 * workers may do it at once: each row is ended by one of them.
 */
export async function reapGenerations(ctx: Ctx): Promise<number> {
  const now = ctx.clock.now();
  const ended = await endSilentJobs(ctx.db.pool, {
    silentSince: addSeconds(now, -SILENT_SECONDS),
    endedAt: now,
    message: ABANDONED,
  });
  for (const row of ended) {
    ctx.log.warn('story given up: its writer is gone', { job_id: row.id });
    await announceEnd(ctx, row, row.errorMessage ?? ABANDONED.en);
  }
  return ended.length;
}
