import type { Ctx } from '../../context.ts';
import { addSeconds } from '../../lib/clock.ts';
import {
  appliedViewBatches,
  deadJobs,
  deadSessions,
  endedExtractions,
  endedGenerations,
  expiredMailTokens,
  expiredRefreshTokens,
  failedTurns,
  oldAuditedReads,
  oldOutboxMails,
  type Sweep,
} from './queries.ts';

const DAY_SECONDS = 86_400;
const BATCH_ROWS = 500;
/** Of one kind in one run; the next run takes the rest. */
const MAX_BATCHES = 200;

/** What is kept for a limited time, and how long after its end. */
const sweeps: Record<string, { sweep: Sweep; keepSeconds: number }> = {
  ended_generations: { sweep: endedGenerations, keepSeconds: DAY_SECONDS },
  ended_extractions: { sweep: endedExtractions, keepSeconds: 7 * DAY_SECONDS },
  expired_mail_links: { sweep: expiredMailTokens, keepSeconds: 7 * DAY_SECONDS },
  dead_sessions: { sweep: deadSessions, keepSeconds: 30 * DAY_SECONDS },
  expired_refreshes: { sweep: expiredRefreshTokens, keepSeconds: DAY_SECONDS },
  failed_turns: { sweep: failedTurns, keepSeconds: 7 * DAY_SECONDS },
  outbox_mails: { sweep: oldOutboxMails, keepSeconds: 7 * DAY_SECONDS },
  view_batches: { sweep: appliedViewBatches, keepSeconds: 7 * DAY_SECONDS },
  audited_reads: { sweep: oldAuditedReads, keepSeconds: 30 * DAY_SECONDS },
  dead_jobs: { sweep: deadJobs, keepSeconds: 30 * DAY_SECONDS },
};

/**
 * Job: deletes what has outlived its time, in batches short enough to hold no lock for long. Returns how many rows of
 * each kind went.
 */
export async function pruneExpired(ctx: Ctx): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [kind, { sweep, keepSeconds }] of Object.entries(sweeps)) {
    const before = addSeconds(ctx.clock.now(), -keepSeconds);
    let total = 0;
    for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
      const deleted = await sweep(ctx.db.pool, before, BATCH_ROWS);
      total += deleted;
      if (deleted < BATCH_ROWS) break;
    }
    counts[kind] = total;
  }
  ctx.log.info('pruned', counts);
  return counts;
}
