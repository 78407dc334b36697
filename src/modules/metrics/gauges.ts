import type { Ctx } from '../../context.ts';
import type { Reading } from '../../lib/meters.ts';
import { keys } from '../../redis/keys.ts';
import { pointsBacklog } from '../points/backlog.ts';
import { findStoreState, type StoreState } from './gauge-queries.ts';
import { countOnline } from './presence.ts';

type Samples = Reading['samples'];
const gauge = (name: string, help: string, samples: Samples): Reading => ({ name: `fabula_${name}`, help, samples });
const single = (value: number): Samples => [{ value }];

/** A store that does not answer for so long is as good as away. */
const ASK_WITHIN_MS = 2_000;

/**
 * What is true at this moment. A store that is away leaves its own readings out and says so by its `up`; nothing throws.
 */
export async function readGauges(ctx: Ctx): Promise<Reading[]> {
  const [postgres, redis] = await Promise.all([
    timed(() => findStoreState(ctx.db.pool)),
    timed(async () => ({
      backlog: await pointsBacklog(ctx),
      online: await countOnline(ctx, ctx.config.metrics.presence.ttlSeconds),
      worker: await ctx.redis.commands.exists(keys.workerSeen()),
    })),
  ]);
  return [
    gauge('store_up', 'Whether a store answers', [
      { labels: { store: 'postgres' }, value: postgres ? 1 : 0 },
      { labels: { store: 'redis' }, value: redis ? 1 : 0 },
    ]),
    gauge('store_answer_seconds', 'How long the questions of this page took, the wait for a connection included', [
      ...(postgres ? [{ labels: { store: 'postgres' }, value: postgres.seconds }] : []),
      ...(redis ? [{ labels: { store: 'redis' }, value: redis.seconds }] : []),
    ]),
    ...(postgres?.value ? storeReadings(postgres.value) : []),
    ...(redis
      ? [
          ...backlogReadings(redis.value.backlog),
          gauge('online_viewers', 'Viewers heard of lately', single(redis.value.online.online)),
          gauge('worker_up', 'Whether a worker was seen within ten seconds', single(redis.value.worker)),
        ]
      : []),
    ...processReadings(ctx),
  ];
}

function storeReadings(state: StoreState): Reading[] {
  const { ready, running, scheduled, dead } = state;
  return [
    gauge(
      'jobs',
      'Jobs by state; dead ones have used up their tries',
      Object.entries({ ready, running, scheduled, dead }).map(([name, value]) => ({ labels: { state: name }, value })),
    ),
    gauge('jobs_oldest_ready_seconds', 'How long the oldest due job has waited', single(state.oldestReadySeconds)),
    gauge('points_parked', 'Uses of points that need a person', single(state.parked)),
    gauge('turns_running', 'Turns under way, on all instances', single(state.runningTurns)),
    gauge(
      'postgres_connections',
      'Sessions of ours at Postgres by state, of all processes',
      state.connections.map(({ state: name, count }) => ({ labels: { state: name }, value: count })),
    ),
  ];
}

function backlogReadings(backlog: Awaited<ReturnType<typeof pointsBacklog>>): Reading[] {
  const by = (pick: (shard: (typeof backlog)[number]) => number) =>
    backlog.map((each) => ({ labels: { shard: String(each.shard) }, value: pick(each) }));
  return [
    gauge(
      'points_backlog_entries',
      'Uses of points that wait for the ledger',
      by(({ entries }) => entries),
    ),
    gauge(
      'points_settle_lag_seconds',
      'How long the oldest of them has waited',
      by(({ oldestSeconds }) => oldestSeconds),
    ),
  ];
}

function processReadings(ctx: Ctx): Reading[] {
  const cpu = process.cpuUsage();
  return [
    gauge('open_streams', 'Readers of server-sent events at this process', single(ctx.meters.openStreams())),
    gauge(
      'background_work',
      'Turns, stories and small writes that this process has under way',
      single(ctx.background.size),
    ),
    gauge('postgres_pool_connections_max', 'Connections of each of the two pools', single(ctx.config.databasePoolSize)),
    gauge(
      'event_loop_pause_max_seconds',
      'Longest hold-up since the last reading',
      single(ctx.meters.longestPauseSeconds()),
    ),
    { name: 'process_resident_memory_bytes', help: 'Memory in use', samples: single(process.memoryUsage.rss()) },
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time used',
      type: 'counter',
      samples: single((cpu.user + cpu.system) / 1e6),
    },
    { name: 'process_uptime_seconds', help: 'Age of the process', samples: single(process.uptime()) },
  ];
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number } | undefined> {
  const startedAt = performance.now();
  let timer: Timer | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ASK_WITHIN_MS);
  });
  const answer = work().then(
    (value) => ({ value, seconds: (performance.now() - startedAt) / 1_000 }),
    () => undefined,
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
