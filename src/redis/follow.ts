import type { SseEvent } from '../lib/sse-event.ts';
import { isRedisDown, type RedisConnections } from './client.ts';
import {
  formatPosition,
  listen,
  parsePosition,
  readEvents,
  START,
  type StreamEvent,
  type StreamPosition,
} from './stream.ts';

/** A growing text as its row knows it. `end` is there when nothing more will come. */
export type TextRow = { content: string; eventCount: number; end?: { event: string; data: unknown } };

type FollowOptions = {
  key: string;
  lastEventId: string | undefined;
  /** The name of the events that tell the text. */
  deltaEvent: string;
  /** The row; undefined when it is gone. */
  readRow: () => Promise<TextRow | undefined>;
  signal: AbortSignal;
};

/**
 * The events of a text after `lastEventId` (from the start when it is none of ours), until its one terminal event. Works
 * from any instance, during the writing and after it: the Redis stream tells the events, and where it has nothing more or
 * was lost, the row tells the text.
 */
export async function* followText(redis: RedisConnections, options: FollowOptions): AsyncGenerator<SseEvent> {
  const { key, deltaEvent, readRow, signal } = options;
  const pings = listen(redis, key, signal);
  let position = parsePosition(options.lastEventId) ?? START;
  try {
    while (!signal.aborted) {
      for (;;) {
        const events = await nextEvents(redis, key, position);
        for (const event of events) {
          yield toSse(event);
          if (event.ends) return;
          position = parsePosition(event.id) ?? position;
        }
        if (events.length === 0) break;
      }
      const row = await readRow();
      if (!row || signal.aborted) return;
      // One more look: events may have come between our reading and the row's.
      if ((await nextEvents(redis, key, position)).length > 0) continue;
      if (row.content.length > position.offset) {
        const there = { sequence: Math.max(row.eventCount, position.sequence), offset: row.content.length };
        yield { id: formatPosition(there), event: deltaEvent, data: { delta: row.content.slice(position.offset) } };
        position = there;
        continue;
      }
      if (row.end) {
        yield { id: formatPosition({ sequence: row.eventCount + 1, offset: row.content.length }), ...row.end };
        return;
      }
      await pings.next();
    }
  } finally {
    pings.close();
  }
}

/** The events that follow on `position` without a gap; none when Redis is away or has lost some. */
async function nextEvents(redis: RedisConnections, key: string, position: StreamPosition): Promise<StreamEvent[]> {
  const events = await readEvents(redis.commands, key, position).catch((error: unknown) => {
    if (isRedisDown(error)) return [];
    throw error;
  });
  return parsePosition(events[0]?.id)?.sequence === position.sequence + 1 ? events : [];
}

function toSse({ id, event, data }: StreamEvent): SseEvent {
  return { id, event, json: data };
}
