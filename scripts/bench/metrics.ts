import { sql } from 'drizzle-orm';
import type { Ctx } from '../../src/context.ts';
import { getContentCounts } from '../../src/modules/metrics/content-counts.ts';
import { readGauges } from '../../src/modules/metrics/gauges.ts';
import { beat } from '../../src/modules/metrics/presence.ts';
import { rollUpMetrics } from '../../src/modules/metrics/roll-up.ts';
import { getSummary } from '../../src/modules/metrics/summary.ts';
import { getTraffic } from '../../src/modules/metrics/traffic.ts';
import { keys } from '../../src/redis/keys.ts';
import { compare, perSecond, type Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const USERS = 20_000;
const ROOMS = 40_000;
const MESSAGES = 1_000_000;
const DAYS = 30;
const VIEWERS = 10_000;
const ROUNDS = 5;

/**
 * The operators' pages over a million messages of 30 days, with and without the roll-up, and the signs of life of ten
 * thousand viewers against bare ZADDs.
 */
export async function benchMetrics({ ctx }: BenchWorld): Promise<Row[]> {
  await fillMessages(ctx);
  const before = await times(1, () => getTraffic(ctx, {}).catch(() => undefined));
  const [rolling] = await times(1, () => rollUpMetrics(ctx));
  const after = await times(20, () => getTraffic(ctx, {}));
  const rows: Row[] = [
    {
      name: 'traffic of today over a million messages, against the same without the roll-up',
      ours: milliseconds(after),
      bare: milliseconds(before),
      ratio: median(before) / median(after),
      note: `roll-up of ${DAYS} days: ${milliseconds(rolling === undefined ? [] : [rolling])}`,
    },
  ];
  const pages: [string, () => Promise<unknown>][] = [
    ['summary', () => getSummary(ctx, {})],
    ['content counts, not cached', () => getContentCounts(ctx, { use_cache: 'false' })],
    ['content counts', () => getContentCounts(ctx, {})],
    ['what Prometheus reads', () => readGauges(ctx)],
  ];
  const bare = await times(20, () => ctx.db.pool.execute(sql`select 1`));
  for (const [name, work] of pages) {
    const taken = await times(20, work);
    const ratio = median(bare) / median(taken);
    rows.push({ name: `${name}, against select 1`, ours: milliseconds(taken), bare: milliseconds(bare), ratio });
  }
  return [...rows, await benchPresence(ctx)];
}

async function benchPresence(ctx: Ctx): Promise<Row> {
  const ids = Array.from({ length: VIEWERS }, () => crypto.randomUUID());
  const visitor = { address: '127.0.0.1', userAgent: 'bench' };
  const rate = async (work: (id: string) => Promise<unknown>) => {
    const startedAt = performance.now();
    await Promise.all(ids.map(work));
    return VIEWERS / ((performance.now() - startedAt) / 1_000);
  };
  const result = await compare(
    ROUNDS,
    () => rate((id) => ctx.redis.commands.zadd('bench:bare', Date.now(), id)),
    () => rate((userId) => beat(ctx, { kind: 'member', userId, sessionId: '', isAdmin: false }, visitor)),
  );
  const bytes = Number(await ctx.redis.commands.memory('USAGE', keys.presence()));
  return {
    name: 'heartbeats of 10,000 viewers at once, with their rate limit, against a bare ZADD',
    ours: perSecond(result.ours),
    bare: perSecond(result.bare),
    ratio: result.ratio,
    note: `${result.spread}; ${Math.round(bytes / VIEWERS)} bytes a viewer`,
  };
}

async function times(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const startedAt = performance.now();
    await work();
    taken.push(performance.now() - startedAt);
  }
  return taken.sort((a, b) => a - b);
}

const median = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)] ?? 0;
const milliseconds = (sorted: number[]) => `${median(sorted).toFixed(1)} ms (worst ${(sorted.at(-1) ?? 0).toFixed(1)})`;

/** People who write now and then for a month; quick, since triggers rest meanwhile. */
async function fillMessages(ctx: Ctx): Promise<void> {
  await ctx.db.transactions.transaction(
    async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(sql`set local statement_timeout = 0`);
      await tx.execute(sql`
        insert into users (id, email, username, password_hash, gender, created_at)
        select gen_random_uuid(), 'm' || n || '@bench.example', 'm' || n, 'x', 'female',
          now() - make_interval(days => ${DAYS}::int) * random()
        from generate_series(1, ${USERS}::int) n`);
      await tx.execute(sql`
        insert into characters (id, creator_id, name)
        select gen_random_uuid(), (select id from users limit 1), 'C' || n from generate_series(1, 500) n`);
      await tx.execute(sql`
        insert into rooms (id, user_id, character_id, kind, is_current, title, snapshot, state, created_at)
        select gen_random_uuid(), u.ids[1 + n % ${USERS}::int], c.ids[1 + n % 500], 'chat', false, 'r', '{}', '{}',
          now() - make_interval(days => ${DAYS + 1}::int)
        from generate_series(1, ${ROOMS}::int) n, (select array_agg(id) as ids from users) u,
          (select array_agg(id) as ids from characters) c`);
      await tx.execute(sql`
        insert into messages (id, room_id, seq, part, sender_type, content, created_at)
        select gen_random_uuid(), r.ids[1 + floor(power(random(), 2) * ${ROOMS}::int)::int], n, 'user', 'user', 'x',
          now() - make_interval(days => ${DAYS}::int) * random()
        from generate_series(1, ${MESSAGES}::int) n, (select array_agg(id) as ids from rooms) r`);
    },
    { accessMode: 'read write' },
  );
  await ctx.db.transactions.transaction(
    async (tx) => {
      await tx.execute(sql`set local statement_timeout = 0`);
      await tx.execute(sql`analyze users, rooms, messages, characters`);
    },
    { accessMode: 'read write' },
  );
  // What autovacuum does within a minute: the index alone answers then.
  await ctx.db.pool.execute(sql`vacuum messages`);
}
