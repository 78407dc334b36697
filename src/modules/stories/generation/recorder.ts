import type { Ctx } from '../../../context.ts';
import type { FinalStory } from '../../../db/tables/generation.ts';
import { patiently } from '../../../db/tx.ts';
import { type EndStatus, endJob, saveProgress } from './queries.ts';
import { tellStory } from './teller.ts';

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
 * Keeps what a writer tells: as events for readers (`teller`), and every two seconds as text in Postgres, for good. A
 * terminal state is written to the row first and told afterwards, so nobody hears of an end that is not one.
 */
export function createRecorder(ctx: Ctx, jobId: string): Recorder {
  const ended = new AbortController();
  const teller = tellStory(ctx, jobId, () => ended.abort());
  const state = { stage: 'start', title: '' };
  const progress = () => ({ ...state, content: teller.content, eventCount: teller.sequence });

  let saving = Promise.resolve();
  const save = () => {
    const now = progress();
    saving = teller
      .flush()
      .then(() => saveProgress(ctx.db.pool, jobId, { ...now, heartbeatAt: ctx.clock.now() }))
      .then((isLive) => {
        if (!isLive) ended.abort();
      })
      .catch((error: unknown) => ctx.log.warn('progress not saved', { job_id: jobId, error }));
  };
  const saveTimer = setInterval(save, SAVE_EVERY_MS);
  save();

  const end = async (status: EndStatus, event: string, data: unknown, fields: object) => {
    clearInterval(saveTimer);
    await teller.flush();
    await saving;
    const row = await patiently(() =>
      endJob(ctx.db.pool, jobId, { status, endedAt: ctx.clock.now(), ...progress(), ...fields }),
    );
    // Somebody else ended the job: what they said stands.
    if (!row) return;
    teller.event(event, data);
    await teller.flush(true);
  };

  return {
    ended: ended.signal,
    get content() {
      return teller.content + teller.pending;
    },
    stage(label) {
      state.stage = label;
      teller.event('stage_start', { label });
    },
    stageDone: (name, result) => teller.event('stage_end', { name, result }),
    write: (text) => teller.text(text),
    setTitle(title) {
      state.title = title;
    },
    finish: (story) => end('done', 'final', story, { finalResult: story }),
    fail: (message) => end('error', 'error', { message }, { errorMessage: message }),
    close() {
      clearInterval(saveTimer);
      teller.close();
    },
  };
}
