import type { Ctx } from '../../../context.ts';
import type { FinalStory } from '../../../db/tables/generation.ts';
import { isRedisDown } from '../../../redis/client.ts';
import { keys, ttlSeconds } from '../../../redis/keys.ts';
import { appendEvents, formatPosition, type StreamEvent } from '../../../redis/stream.ts';
import { PREVIEW_AT_CHARS, PREVIEW_MAX_CHARS, safePrefix } from './plan.ts';
import { endJob, saveProgress } from './queries.ts';

/** An `episode` tells at most so many characters, and waits at most so long for them. */
const EPISODE_CHARS = 64;
const EPISODE_WAIT_MS = 40;
/** How often the text is written to Postgres, which is also the sign of life. */
const SAVE_EVERY_MS = 2_000;

export type Recorder = {
  /** Aborted when the job has ended under the writer: cancelled, or given up by the worker. */
  readonly ended: AbortSignal;
  readonly content: string;
  stage(label: string): void;
  stageDone(name: string, result: string): void;
  write(text: string): void;
  setTitle(title: string): void;
  finish(story: FinalStory): Promise<void>;
  fail(message: string): Promise<void>;
  /** Stops the timers; whatever was not told by then is not told. */
  close(): void;
};

/**
 * Keeps what a writer tells: as events in the job's Redis stream, for readers, and every two seconds as text in Postgres,
 * for good. Redis may be away or lose the stream; readers then go on from Postgres, since an event's id says how much of
 * the text was told by then.
 */
export function createRecorder(ctx: Ctx, jobId: string): Recorder {
  const key = keys.generationEvents(jobId);
  const ended = new AbortController();
  const state = { sequence: 0, content: '', stage: 'start', title: '', pending: '', previewed: false };
  let queue: Omit<StreamEvent, 'ends'>[] = [];
  let flushing = Promise.resolve();
  let flushTimer: Timer | undefined;

  const push = (event: string, data: unknown) => {
    state.sequence += 1;
    const id = formatPosition({ sequence: state.sequence, offset: state.content.length });
    queue.push({ id, event, data: JSON.stringify(data) });
  };
  const tell = () => {
    while (state.pending !== '') {
      const delta = safePrefix(state.pending, EPISODE_CHARS);
      state.pending = state.pending.slice(delta.length);
      state.content += delta;
      push('episode', { delta });
      if (!state.previewed && state.content.length >= PREVIEW_AT_CHARS) {
        state.previewed = true;
        push('preview', { text: safePrefix(state.content, PREVIEW_MAX_CHARS) });
      }
    }
  };
  const append = async (events: typeof queue, ends: boolean) => {
    try {
      if (!(await appendEvents(ctx.redis.commands, key, ttlSeconds.generationEvents, events, ends))) ended.abort();
    } catch (error) {
      if (!isRedisDown(error)) throw error;
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    tell();
    const events = queue;
    queue = [];
    if (events.length > 0) flushing = flushing.then(() => append(events, false)).catch((error: unknown) => ctx.log.error('events not appended', { job_id: jobId, error }));
    return flushing;
  };
  const schedule = () => {
    flushTimer ??= setTimeout(() => void flush(), EPISODE_WAIT_MS);
  };

  let saving = Promise.resolve();
  const save = () => {
    const { stage, title, content, sequence } = state;
    saving = flush()
      .then(() => saveProgress(ctx.db.pool, jobId, { stage, title, content, eventCount: sequence, heartbeatAt: ctx.clock.now() }))
      .then((isLive) => {
        if (!isLive) ended.abort();
      })
      .catch((error: unknown) => ctx.log.warn('progress not saved', { job_id: jobId, error }));
  };
  const saveTimer = setInterval(save, SAVE_EVERY_MS);
  save();

  const settle = async () => {
    clearInterval(saveTimer);
    await flush();
    await saving;
  };
  const end = async (status: 'done' | 'error', event: string, data: unknown, fields: object) => {
    await settle();
    const { content, title, stage, sequence } = state;
    const row = await endJob(ctx.db.pool, jobId, { status, endedAt: ctx.clock.now(), content, title, stage, eventCount: sequence, ...fields });
    // Somebody else ended the job: what they said stands.
    if (!row) return;
    push(event, data);
    await append(queue, true);
  };

  return {
    ended: ended.signal,
    get content() {
      return state.content + state.pending;
    },
    stage(label) {
      tell();
      state.stage = label;
      push('stage_start', { label });
      schedule();
    },
    stageDone(name, result) {
      tell();
      push('stage_end', { name, result });
      schedule();
    },
    write(text) {
      state.pending += text;
      if (state.pending.length >= EPISODE_CHARS) void flush();
      else schedule();
    },
    setTitle(title) {
      state.title = title;
    },
    finish: (story) => end('done', 'final', story, { finalResult: story }),
    fail: (message) => end('error', 'error', { message }, { errorMessage: message }),
    close() {
      clearInterval(saveTimer);
      clearTimeout(flushTimer);
    },
  };
}
