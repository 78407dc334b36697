import type { Logger } from '../lib/log.ts';
import { safePrefix } from '../lib/text.ts';
import { isRedisDown, type RedisCommands } from './client.ts';
import { appendEvents, formatPosition, type StreamEvent } from './stream.ts';

/** One event tells at most so many characters of the text, which wait at most so long for company. */
const DELTA_CHARS = 64;
const DELTA_WAIT_MS = 40;

export type Teller = {
  /** How many events were made, and the text that they tell. */
  readonly sequence: number;
  readonly content: string;
  /** Text that waits to be told. */
  readonly pending: string;
  event(name: string, data: unknown): void;
  text(piece: string): void;
  /** Makes events of all that waits and appends them. With `ends`, the last one is the stream's end. */
  flush(ends?: boolean): Promise<void>;
  close(): void;
};

type TellerOptions = {
  key: string;
  ttlSeconds: number;
  /** The name of the events that tell the text. */
  deltaEvent: string;
  /** Called when the stream has ended under us. */
  onEnded: () => void;
  /** Called after each told piece; may add events. */
  onText?: (content: string, push: (event: string, data: unknown) => void) => void;
};

/**
 * Tells the readers of one growing text what happens: appends events to a Redis stream, in order and in small batches.
 * Redis may be away: the events are then lost, and the text is not (see `followText`).
 */
export function createTeller({ redis, log }: { redis: RedisCommands; log: Logger }, options: TellerOptions): Teller {
  const { key, ttlSeconds, deltaEvent, onEnded, onText } = options;
  const state = { sequence: 0, content: '', pending: '' };
  let queue: Omit<StreamEvent, 'ends'>[] = [];
  let appending = Promise.resolve();
  let timer: Timer | undefined;

  const push = (event: string, data: unknown) => {
    state.sequence += 1;
    const id = formatPosition({ sequence: state.sequence, offset: state.content.length });
    queue.push({ id, event, data: JSON.stringify(data) });
  };
  const tellPending = () => {
    while (state.pending !== '') {
      const delta = safePrefix(state.pending, DELTA_CHARS);
      state.pending = state.pending.slice(delta.length);
      state.content += delta;
      push(deltaEvent, { delta });
      onText?.(state.content, push);
    }
  };
  const append = async (events: typeof queue, ends: boolean) => {
    try {
      if (!(await appendEvents(redis, key, ttlSeconds, events, ends))) onEnded();
    } catch (error) {
      if (!isRedisDown(error)) log.error('events not appended', { key, error });
    }
  };
  const flush = (ends = false): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    tellPending();
    const events = queue;
    queue = [];
    if (events.length > 0) appending = appending.then(() => append(events, ends));
    return appending;
  };
  const schedule = () => {
    timer ??= setTimeout(() => void flush(), DELTA_WAIT_MS);
  };

  return {
    get sequence() {
      return state.sequence;
    },
    get content() {
      return state.content;
    },
    get pending() {
      return state.pending;
    },
    event(name, data) {
      // What was written before it is told before it.
      tellPending();
      push(name, data);
      schedule();
    },
    text(piece) {
      state.pending += piece;
      if (state.pending.length >= DELTA_CHARS) void flush();
      else schedule();
    },
    flush,
    close: () => clearTimeout(timer),
  };
}
