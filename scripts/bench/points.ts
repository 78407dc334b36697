import { sql } from 'drizzle-orm';
import { withTx } from '../../src/db/tx.ts';
import { newId } from '../../src/lib/ids.ts';
import { ensureAccount } from '../../src/modules/auth/accounts.ts';
import { login } from '../../src/modules/auth/login.ts';
import { creditPoints } from '../../src/modules/points/credit.ts';
import { settleShard } from '../../src/modules/points/settle.ts';
import { usePoints } from '../../src/modules/points/use.ts';
import { httpRequest, type LoadResult, measureLoad } from './load.ts';
import { compare, perSecond, type Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const USERS = 16;
const CONNECTIONS = 64;
/** A round must stay below the 10,000 uses that may wait for the ledger. */
const SECONDS = 1;
const ROUNDS = 7;
const BODY = JSON.stringify({ amount: 1, reason: 'bench' });
const SETTLED_USES = 5_000;

type Purse = { userId: string; token: string };

/** `POST /point/use` against a bare handler with one EVALSHA on the same Redis, and settling against a bare insert. */
export async function benchPoints(world: BenchWorld): Promise<Row[]> {
  const purses = await makePurses(world);
  await closeWindow(world);
  return [...(await benchUse(world, purses)), await benchSettling(world, purses)];
}

async function benchUse(world: BenchWorld, purses: Purse[]): Promise<Row[]> {
  const bare = Bun.spawn([process.execPath, `${import.meta.dir}/bare-use.ts`], {
    env: { ...process.env, ...world.env },
    stdout: 'pipe',
  });
  const { value } = await bare.stdout.getReader().read();
  const barePort = Number(new TextDecoder().decode(value));
  const requests = purses.map(({ token }) =>
    httpRequest('POST', '/point/use', { authorization: `Bearer ${token}` }, BODY),
  );
  const api = await world.startApi();
  const rows: Row[] = [];
  const p99 = { bare: [] as number[], ours: [] as number[] };
  const measure = async (side: 'bare' | 'ours', port: number, texts: string[]) => {
    const result = await load(port, texts);
    p99[side].push(result.p99Ms);
    // Not part of the round: the worker's work is measured by itself.
    if (side === 'ours') await settleShard(world.ctx, { shard: 0 });
    return result.requestsPerSecond;
  };
  await measure('ours', api.port, requests);
  const use = await compare(
    ROUNDS,
    () => measure('bare', barePort, [httpRequest('POST', '/', {}, BODY)]),
    () => measure('ours', api.port, requests),
  );
  rows.push({
    name: 'POST /point/use: token, rate limit, validation, journal',
    ours: `${perSecond(use.ours)}, p99 ${median(p99.ours)} ms`,
    bare: `${perSecond(use.bare)}, p99 ${median(p99.bare)} ms`,
    ratio: use.ratio,
    note: use.spread,
  });
  await api.stop();
  bare.kill();
  return rows;
}

async function load(port: number, requests: string[]): Promise<LoadResult> {
  const result = await measureLoad({ port, requests, connections: CONNECTIONS, seconds: SECONDS });
  if (result.failures > 0) throw new Error(`${result.failures} requests failed`);
  return result;
}

async function benchSettling({ ctx }: BenchWorld, purses: Purse[]): Promise<Row> {
  await ctx.db.pool.execute(sql`
    create table if not exists bench_rows (tx_id uuid primary key, user_id uuid not null, version bigint not null, delta bigint not null,
      description varchar(200), created_at timestamptz not null)`);
  await ctx.db.pool.execute(sql`create unique index if not exists bench_rows_user on bench_rows (user_id, version)`);
  let version = 0;
  const bare = async () => {
    const from = performance.now();
    for (let batch = 0; batch < SETTLED_USES / 500; batch += 1) {
      const rows = Array.from({ length: 500 }, (_, index) => {
        version += 1;
        return {
          tx_id: newId(),
          user_id: purses[index % USERS]?.userId,
          version,
          delta: -1,
          description: 'bench',
          created_at: new Date(),
        };
      });
      await ctx.db.pool.execute(sql`
        insert into bench_rows select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
          as r(tx_id uuid, user_id uuid, version bigint, delta bigint, description varchar, created_at timestamptz)`);
    }
    return SETTLED_USES / ((performance.now() - from) / 1_000);
  };
  const ours = async () => {
    for (let batch = 0; batch < SETTLED_USES / 100; batch += 1)
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          usePoints(ctx, { userId: purses[index % USERS]?.userId ?? '', amountPoints: 1, reason: 'bench' }),
        ),
      );
    const from = performance.now();
    await settleShard(ctx, { shard: 0 });
    return SETTLED_USES / ((performance.now() - from) / 1_000);
  };
  const result = await compare(5, bare, ours);
  return {
    name: 'settling: journal read, ledger and balances written, journal cleared (rows of a bare multi-row insert)',
    ours: perSecond(result.ours),
    bare: perSecond(result.bare),
    ratio: result.ratio,
    note: result.spread,
  };
}

async function makePurses({ ctx }: BenchWorld): Promise<Purse[]> {
  const purses: Purse[] = [];
  for (let n = 0; n < USERS; n += 1) {
    const account = {
      email: `purse-${n}@fabula.example`,
      username: `purse-${n}`,
      password: 'Bench1234',
      isAdmin: false,
    };
    await ensureAccount(ctx, account, { overwrite: false });
    const signedIn = await login(ctx, account, { address: '127.0.0.1', userAgent: 'bench' });
    const cause = `bench:${signedIn.user_id}`;
    await withTx(ctx.db, (tx) =>
      creditPoints(tx, { userId: signedIn.user_id, amountPoints: 100_000_000, kind: 'charge', cause, at: new Date() }),
    );
    purses.push({ userId: signedIn.user_id, token: signedIn.access_token });
  }
  return purses;
}

/** A young epoch promises nothing before Postgres has it; an API that runs for a while is not in that state. */
async function closeWindow({ ctx }: BenchWorld): Promise<void> {
  const runId = /run_id:(\w+)/.exec(await ctx.redis.commands.info('server'))?.[1] ?? '';
  await ctx.redis.commands.hset('points:{0}:epoch', { id: newId(), run: runId, until: '0' });
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
