import { EventEmitter } from 'node:events';
import { run, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Pool } from 'pg';
import type { Ctx } from '../src/context.ts';
import { cronItems } from './cron.ts';
import { showPresence } from './presence.ts';
import { queueLogger } from './queue-log.ts';

/** New jobs are announced; the poll finds those that were freed, and those announced while we were not listening. */
const POLL_MS = 1_000;
/** How long a shift that ends and runs nothing may take to say that it is over. */
const QUIET_MS = 3_000;

/** One run of graphile-worker under one pool id. */
export type Shift = {
  readonly poolId: string;
  /** Jobs that run at the moment. */
  readonly running: ReadonlySet<string>;
  /** For how long nobody has been able to ask for a job, although somebody was free to. */
  stalledMs(): number;
  /** Resolves when the pool has shown its presence: from now on nobody takes its jobs away. */
  present: Promise<void>;
  /** Stops taking jobs. */
  end(): void;
  /** Resolves when all its jobs have ended and are written down, or it gave up by itself. */
  over: Promise<void>;
};

/** Begins to take jobs. Rejects when Postgres does not answer. */
export async function beginShift(ctx: Ctx, pool: Pool, taskList: TaskList): Promise<Shift> {
  const events: WorkerEvents = new EventEmitter();
  const watched = watch(ctx, events);
  const concurrency = ctx.config.worker.concurrency;
  const runner = await run({
    pgPool: pool,
    taskList,
    parsedCronItems: cronItems(),
    events,
    noHandleSignals: true,
    preset: {
      worker: {
        concurrentJobs: concurrency,
        pollInterval: POLL_MS,
        logger: queueLogger(ctx.log),
        // Zero, not the default of none: only so does stopping wait until finished jobs are written down.
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  });
  const presence = showPresence(ctx.config.databaseUrl, watched.poolId, ctx.log);
  const quiet = Promise.withResolvers<void>();
  const ended = runner.promise.catch((error: unknown) =>
    ctx.log.error('queue gave up', { pool: watched.poolId, error }),
  );
  return {
    poolId: watched.poolId,
    running: watched.running,
    stalledMs: () => (watched.running.size < concurrency ? performance.now() - watched.fetchedAt : 0),
    present: presence.ready,
    end() {
      // One that has ended by itself refuses to be stopped, which is fine.
      runner.stop().catch(() => undefined);
      // After several failed writes at once it would wait for ever for one that was counted twice.
      void whenQuiet(watched.running).then(quiet.resolve);
    },
    over: Promise.race([ended, quiet.promise]).then(() => presence.release()),
  };
}

async function whenQuiet(running: ReadonlySet<string>): Promise<void> {
  for (let since = performance.now(); performance.now() - since < QUIET_MS; await Bun.sleep(100))
    if (running.size > 0) since = performance.now();
}

/** Learns from the queue's events what it does not tell: its id, what it runs, and whether it gets at its jobs at all. */
function watch(ctx: Ctx, events: WorkerEvents) {
  const watched = { poolId: '', running: new Set<string>(), fetchedAt: performance.now() };
  let failing = false;
  const fetched = () => {
    watched.fetchedAt = performance.now();
    failing = false;
  };
  events.on('pool:create', ({ workerPool }) => {
    watched.poolId = workerPool.id;
  });
  events.on('worker:getJob:empty', fetched);
  events.on('worker:getJob:error', ({ error }) => {
    if (!failing) ctx.log.warn('no job can be fetched', { error });
    failing = true;
  });
  events.on('job:start', ({ job }) => {
    fetched();
    watched.running.add(job.id);
  });
  events.on('job:complete', ({ job }) => {
    // Whoever ran it is free again and asks at once.
    watched.fetchedAt = performance.now();
    watched.running.delete(job.id);
  });
  return watched;
}
