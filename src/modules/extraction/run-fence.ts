import type { Ctx } from '../../context.ts';
import { type End, endRun, type Fence, type JobRow, type Progress, saveProgress } from './job-queries.ts';
import { mirrorJob } from './mirror.ts';

const HEARTBEAT_MS = 2_000;
/** Those who follow a job are not told of every window: some are read in a millisecond. */
const MIRROR_EVERY_MS = 150;

/** The run of a job in this process, as long as the job is its own. */
export type RunFence = {
  readonly fence: Fence;
  /** Aborted when the job is no longer this run's, or the process is asked to stop. */
  readonly signal: AbortSignal;
  /** True when somebody else has the job, or it was ended: then nothing more is to be done, or said. */
  readonly lost: boolean;
  /** Writes a checkpoint. Throws the signal's reason when the job is no longer this run's. */
  save(progress: Progress): Promise<void>;
  /** Ends the job, unless it is no longer this run's. */
  end(end: Omit<End, 'endedAt'>): Promise<void>;
  close(): void;
};

class RunOver extends Error {
  override readonly name = 'RunOver';
}

/** Keeps a claimed job alive and watches that it stays ours: cancelled, taken over, or its story deleted, it is lost. */
export function openFence(ctx: Ctx, job: JobRow): RunFence {
  const over = new AbortController();
  const fence = { id: job.id, epoch: job.epoch };
  let lost = false;
  let mirroredAt = Number.NEGATIVE_INFINITY;
  const lose = () => {
    lost = true;
    over.abort(new RunOver('the job is not ours any more'));
  };
  const stop = () => over.abort(new RunOver('the process is asked to stop'));
  if (ctx.stopping.aborted) stop();
  else ctx.stopping.addEventListener('abort', stop, { once: true });

  const write = async (progress: Progress) => {
    const row = await saveProgress(ctx.db.pool, fence, progress, ctx.clock.now());
    if (!row) return lose();
    if (performance.now() - mirroredAt < MIRROR_EVERY_MS) return;
    mirroredAt = performance.now();
    await mirrorJob(ctx, row);
  };
  const timer = setInterval(() => {
    // A store that is away is met again by the next checkpoint.
    write({}).catch((error: unknown) => ctx.log.warn('no sign of life written', { job_id: job.id, error }));
  }, HEARTBEAT_MS);

  return {
    fence,
    signal: over.signal,
    get lost() {
      return lost;
    },
    async save(progress) {
      await write(progress);
      over.signal.throwIfAborted();
    },
    async end(end) {
      const row = await endRun(ctx.db.pool, fence, { ...end, endedAt: ctx.clock.now() });
      if (row) await mirrorJob(ctx, row);
    },
    close() {
      clearInterval(timer);
      ctx.stopping.removeEventListener('abort', stop);
    },
  };
}
