import type { Ctx } from '../../../context.ts';
import { isRedisDown } from '../../../redis/client.ts';
import { keys, ttlSeconds } from '../../../redis/keys.ts';
import { appendEvents, formatPosition, type StreamEvent } from '../../../redis/stream.ts';
import { PREVIEW_AT_CHARS, PREVIEW_MAX_CHARS, safePrefix } from './plan.ts';

/** An `episode` tells at most so many characters, and waits at most so long for them. */
const EPISODE_CHARS = 64;
const EPISODE_WAIT_MS = 40;

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

/**
 * Tells a job's readers what happens: appends events to its Redis stream, in order and in small batches. `onEnded` is
 * called when the stream has ended under us. Redis may be away: the events are then lost, and the text is not (see
 * `followGeneration`).
 */
export function createTeller(ctx: Ctx, jobId: string, onEnded: () => void): Teller {
  const key = keys.generationEvents(jobId);
  const state = { sequence: 0, content: '', pending: '', previewed: false };
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
      const delta = safePrefix(state.pending, EPISODE_CHARS);
      state.pending = state.pending.slice(delta.length);
      state.content += delta;
      push('episode', { delta });
      if (state.previewed || state.content.length < PREVIEW_AT_CHARS) continue;
      state.previewed = true;
      push('preview', { text: safePrefix(state.content, PREVIEW_MAX_CHARS) });
    }
  };
  const append = async (events: typeof queue, ends: boolean) => {
    try {
      if (!(await appendEvents(ctx.redis.commands, key, ttlSeconds.generationEvents, events, ends))) onEnded();
    } catch (error) {
      if (!isRedisDown(error)) ctx.log.error('events not appended', { job_id: jobId, error });
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
    timer ??= setTimeout(() => void flush(), EPISODE_WAIT_MS);
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
      if (state.pending.length >= EPISODE_CHARS) void flush();
      else schedule();
    },
    flush,
    close: () => clearTimeout(timer),
  };
}
