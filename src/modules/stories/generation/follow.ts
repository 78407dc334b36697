import type { Ctx } from '../../../context.ts';
import type { SseEvent } from '../../../lib/sse-event.ts';
import { isRedisDown } from '../../../redis/client.ts';
import { keys } from '../../../redis/keys.ts';
import {
  formatPosition,
  listen,
  parsePosition,
  readEvents,
  START,
  type StreamEvent,
  type StreamPosition,
} from '../../../redis/stream.ts';
import { findJob, type JobRow } from './queries.ts';

/**
 * The events of a job after `lastEventId` (from the start when it is none of ours), until its one terminal event. Works
 * from any instance, during the writing and after it: the Redis stream tells the events, and where it has nothing more or
 * was lost, the row tells the text.
 */
export async function* followGeneration(
  ctx: Ctx,
  jobId: string,
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<SseEvent> {
  yield { event: 'meta', data: { job_id: jobId, queue_position: 0 } };
  const key = keys.generationEvents(jobId);
  const pings = listen(ctx.redis, key, signal);
  let position = parsePosition(lastEventId) ?? START;
  try {
    while (!signal.aborted) {
      for (;;) {
        const events = await nextEvents(ctx, key, position);
        for (const event of events) {
          yield toSse(event);
          if (event.ends) return;
          position = parsePosition(event.id) ?? position;
        }
        if (events.length === 0) break;
      }
      const row = await findJob(ctx.db.pool, jobId);
      if (!row || signal.aborted) return;
      // One more look: events may have come between our reading and the row's.
      if ((await nextEvents(ctx, key, position)).length > 0) continue;
      const missed = missedText(row, position);
      if (missed) {
        yield missed.event;
        position = missed.position;
        continue;
      }
      if (row.endedAt) {
        yield terminalEvent(row);
        return;
      }
      await pings.next();
    }
  } finally {
    pings.close();
  }
}

/** The events that follow on `position` without a gap; none when Redis is away or has lost some. */
async function nextEvents(ctx: Ctx, key: string, position: StreamPosition): Promise<StreamEvent[]> {
  const events = await readEvents(ctx.redis.commands, key, position).catch((error: unknown) => {
    if (isRedisDown(error)) return [];
    throw error;
  });
  return parsePosition(events[0]?.id)?.sequence === position.sequence + 1 ? events : [];
}

/** What the row knows beyond `position`, as one event at the row's own place in the stream. */
function missedText(row: JobRow, position: StreamPosition): { event: SseEvent; position: StreamPosition } | undefined {
  if (row.content.length <= position.offset) return undefined;
  const there = { sequence: Math.max(row.eventCount, position.sequence), offset: row.content.length };
  return {
    event: { id: formatPosition(there), event: 'episode', data: { delta: row.content.slice(position.offset) } },
    position: there,
  };
}

function terminalEvent(row: JobRow): SseEvent {
  const id = formatPosition({ sequence: row.eventCount + 1, offset: row.content.length });
  if (row.status === 'done') return { id, event: 'final', data: row.finalResult };
  return { id, event: 'error', data: { message: row.errorMessage ?? row.status } };
}

function toSse({ id, event, data }: StreamEvent): SseEvent {
  return { id, event, json: data };
}
