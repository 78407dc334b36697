import type { Ctx } from '../../../context.ts';
import type { SseEvent } from '../../../lib/sse-event.ts';
import { followText, type TextRow } from '../../../redis/follow.ts';
import { keys } from '../../../redis/keys.ts';
import { findJob } from './queries.ts';

/** The events of a story job after `lastEventId`, until its one terminal event. */
export async function* followGeneration(
  ctx: Ctx,
  jobId: string,
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<SseEvent> {
  yield { event: 'meta', data: { job_id: jobId, queue_position: 0 } };
  yield* followText(ctx.redis, {
    key: keys.generationEvents(jobId),
    lastEventId,
    deltaEvent: 'episode',
    readRow: () => readRow(ctx, jobId),
    signal,
  });
}

async function readRow(ctx: Ctx, jobId: string): Promise<TextRow | undefined> {
  const row = await findJob(ctx.db.pool, jobId);
  if (!row) return undefined;
  const { content, eventCount } = row;
  if (!row.endedAt) return { content, eventCount };
  const end =
    row.status === 'done'
      ? { event: 'final', data: row.finalResult }
      : { event: 'error', data: { message: row.errorMessage ?? row.status } };
  return { content, eventCount, end };
}
