import { Pool } from 'pg';
import type { Ctx } from '../src/context.ts';
import { reapExtractions } from '../src/modules/extraction/reap.ts';
import { sweepShards } from '../src/modules/points/settle.ts';
import { reapGenerations } from '../src/modules/stories/generation/reap.ts';
import { reapTurns } from '../src/modules/turns/reap.ts';
import { flushViews } from '../src/modules/views/flush.ts';
import { keys, ttlSeconds } from '../src/redis/keys.ts';
import type { Handlers } from './handlers.ts';
import { requireMigratedDatabase } from './preflight.ts';
import { workOnQueue } from './queue.ts';
import { createReaper } from './reaper.ts';
import { buildTaskList } from './task-list.ts';
import { startTicker } from './ticker.ts';

/** Beyond one connection per job: the listener, cron, the reaper, and one to spare. */
const EXTRA_CONNECTIONS = 4;
const STOP_PATIENCE_MS = 2_000;
const TAKE_OVER_EVERY_MS = 1_000;
const SEEN_EVERY_MS = 3_000;
/** Cron has only minutes; a story whose process died must end within half of one. */
const REAP_STORIES_EVERY_MS = 5_000;
const REAP_TURNS_EVERY_MS = 5_000;
const REAP_EXTRACTIONS_EVERY_MS = 5_000;
/** Uses of points are settled by jobs; this finds what a lost nudge left. */
const SETTLE_EVERY_MS = 1_000;
const FLUSH_VIEWS_EVERY_MS = 10_000;

export type Worker = {
  /** Takes no more jobs and resolves when the running ones have ended and all connections of its own are closed. */
  stop(): Promise<void>;
};

/** Starts working; resolves when jobs are taken. Throws a `StartError` when something it needs is not there. */
export async function startWorker(ctx: Ctx, handlers: Handlers): Promise<Worker> {
  const taskList = buildTaskList(ctx, handlers);
  const pool = openPool(ctx);
  try {
    await requireMigratedDatabase(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const queue = workOnQueue(ctx, pool, taskList);
  await queue.ready;
  const reaper = createReaper(pool, queue.current, queue.startAnew, ctx.log);
  const tickers = [
    startTicker('take over', TAKE_OVER_EVERY_MS, reaper.look, ctx.log),
    startTicker('worker seen', SEEN_EVERY_MS, () => showInRedis(ctx), ctx.log),
    startTicker('settle points', SETTLE_EVERY_MS, () => sweepShards(ctx), ctx.log),
    startTicker('reap stories', REAP_STORIES_EVERY_MS, () => reapGenerations(ctx), ctx.log),
    startTicker('reap extractions', REAP_EXTRACTIONS_EVERY_MS, () => reapExtractions(ctx), ctx.log),
    startTicker('reap turns', REAP_TURNS_EVERY_MS, () => reapTurns(ctx), ctx.log),
    startTicker('flush views', FLUSH_VIEWS_EVERY_MS, () => flushViews(ctx), ctx.log),
  ];
  return {
    async stop() {
      // What they do is begun again by the next worker: one that hangs is not waited for.
      await Promise.race([Promise.all(tickers.map((ticker) => ticker.stop())), Bun.sleep(STOP_PATIENCE_MS)]);
      await queue.stop();
      // A connection that broke in the listener's hands is never given back.
      await Promise.race([pool.end(), Bun.sleep(STOP_PATIENCE_MS)]);
    },
  };
}

/** graphile-worker takes only pools of `pg`. Connections that break are replaced; the error events must be heard. */
function openPool(ctx: Ctx): Pool {
  const pool = new Pool({
    connectionString: ctx.config.databaseUrl,
    application_name: 'fabula-worker',
    max: ctx.config.worker.concurrency + EXTRA_CONNECTIONS,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    keepAlive: true,
  });
  let toldAt = Number.NEGATIVE_INFINITY;
  pool.on('error', (error) => {
    // A server that goes away breaks them all at once; one line says so.
    if (performance.now() - toldAt > 1_000) ctx.log.warn('database connection lost', { error });
    toldAt = performance.now();
  });
  // Heard only while nobody else listens on a client that is in use.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function showInRedis(ctx: Ctx): Promise<void> {
  await ctx.redis.commands.set(keys.workerSeen(), '1', 'EX', ttlSeconds.workerSeen);
}
