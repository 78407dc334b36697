import type { Redis } from 'ioredis';
import type { RedisCommands, RedisConnections } from './client.ts';

/**
 * One event of a stream. `id` is `<sequence>-<offset>`: its place in the stream, and how many characters of the text are
 * told by then. The second half lets a reader go on from Postgres when Redis has lost the stream.
 */
export type StreamEvent = { id: string; event: string; data: string; ends: boolean };

export type StreamPosition = { sequence: number; offset: number };

export const START: StreamPosition = { sequence: 0, offset: 0 };

export function formatPosition({ sequence, offset }: StreamPosition): string {
  return `${sequence}-${offset}`;
}

/** Reads a `Last-Event-ID`; undefined when it is none of ours. */
export function parsePosition(text: string | null | undefined): StreamPosition | undefined {
  const match = /^(\d{1,9})-(\d{1,9})$/.exec(text ?? '');
  return match ? { sequence: Number(match[1]), offset: Number(match[2]) } : undefined;
}

/**
 * The sequence of an end that was set from outside (cancelled, reaped). It is above any other, so a reader sees a gap and
 * asks Postgres.
 */
export const OUTSIDE_END_SEQUENCE = 100_000_000;

/** Appends events; false when the stream has ended already (cancelled), and then nothing was written. */
export async function appendEvents(
  redis: RedisCommands,
  key: string,
  ttlSeconds: number,
  events: Omit<StreamEvent, 'ends'>[],
  ends: boolean,
): Promise<boolean> {
  const args = events.flatMap((event) => [event.id, event.event, event.data]);
  return (await redis.appendToStream(key, ttlSeconds * 1_000, ends ? 1 : 0, ...args)) === 1;
}

/** Events after `position`, oldest first, at most `count`. */
export async function readEvents(
  redis: RedisCommands,
  key: string,
  position: StreamPosition,
  count = 256,
): Promise<StreamEvent[]> {
  const rows = await redis.xrange(key, `(${formatPosition(position)}`, '+', 'COUNT', count);
  return rows.map(([id, fields]) => {
    const field = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
    return { id, event: field('event'), data: field('data'), ends: fields.includes('end') };
  });
}

/** How often a reader looks although no ping came: a ping may be lost with its connection. */
const POLL_MS = 1_000;

const waiters = new WeakMap<Redis, Map<string, Set<() => void>>>();

/** The readers of one subscriber connection by channel; the listener is installed once. */
function waitersOf(subscriber: Redis): Map<string, Set<() => void>> {
  let channels = waiters.get(subscriber);
  if (!channels) {
    channels = new Map();
    waiters.set(subscriber, channels);
    const found = channels;
    subscriber.on('message', (channel: string) => {
      for (const wake of found.get(channel) ?? []) wake();
    });
  }
  return channels;
}

/**
 * Tells of pings on a stream. `next()` resolves at the next ping after the last call, after a second, or when `signal`
 * aborts. All readers of a process share one subscriber connection.
 */
export function listen(
  redis: RedisConnections,
  key: string,
  signal: AbortSignal,
): { next(): Promise<void>; close(): void } {
  const channels = waitersOf(redis.subscriber);
  let pinged = false;
  let wakeUp: (() => void) | undefined;
  const wake = () => {
    pinged = true;
    wakeUp?.();
  };
  const group = channels.get(key) ?? new Set();
  if (group.size === 0) {
    channels.set(key, group);
    redis.subscriber.subscribe(key).catch(() => undefined);
  }
  group.add(wake);
  signal.addEventListener('abort', wake, { once: true });
  return {
    async next() {
      if (!pinged && !signal.aborted) {
        let timer: Timer | undefined;
        await new Promise<void>((resolve) => {
          wakeUp = resolve;
          timer = setTimeout(resolve, POLL_MS);
        });
        clearTimeout(timer);
        wakeUp = undefined;
      }
      pinged = false;
    },
    close() {
      signal.removeEventListener('abort', wake);
      group.delete(wake);
      if (group.size > 0) return;
      channels.delete(key);
      redis.subscriber.unsubscribe(key).catch(() => undefined);
    },
  };
}
