import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { type Ctx, closeContext, openContext } from '../../src/context.ts';
import { createLogger } from '../../src/lib/log.ts';
import { closeWindow } from '../modules/points/purse.ts';
import { creditThrough, type History, runClients } from './storm/clients.ts';
import { type House, openHouse, TARGETS } from './storm/house.ts';
import { LOSSES, type Loss } from './storm/losses.ts';
import { randomOf, seedOf } from './storm/random.ts';
import { killInTurn } from './storm/storm.ts';
import { makeUsers, type User } from './storm/users.ts';
import { judge, settled } from './storm/verdict.ts';

// Real processes and servers, killed while clients spend. STORM=long is the long form (bun run test:faults), STORM_SEED
// replays the faults and the operations of a run.

const long = process.env.STORM === 'long';
const size = long
  ? { users: 60, clients: 24, kills: 25, pauseMs: 8_000, operations: 20_000, losses: 5 }
  : { users: 12, clients: 8, kills: 5, pauseMs: 1_200, operations: 200, losses: 1 };
const LIMIT_MS = 1_800_000;

let house: House;
let ctx: Ctx;
let users: User[];

async function open(options: Parameters<typeof openHouse>[0] = {}): Promise<void> {
  house = await openHouse(options);
  ctx = await openContext(loadConfig(house.env), { log: createLogger('silent') });
  users = await makeUsers(house.sql, house.env.JWT_SECRET_KEY as string, size.users);
}

async function close(): Promise<void> {
  await closeContext(ctx);
  await house.end();
}

describe('kills', () => {
  beforeAll(() => open(), 60_000);
  afterAll(close, 60_000);

  test('Postgres away for 10 s: uses are answered all the time, and are in the ledger soon after it is back', async () => {
    const credit = creditThrough(ctx);
    for (const { id } of users) await credit(id, 10_000, `start:${id}`);
    const spend = (user: User, headers: Record<string, string> = {}) =>
      fetch(`${house.apis[0]}/point/use`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token}`, ...headers },
        body: JSON.stringify({ amount: 1, reason: 'while Postgres is away' }),
      }).then(async (response) => ({
        status: response.status,
        body: (await response.json()) as Record<string, unknown>,
      }));
    await closeWindow(ctx);
    for (const user of users) expect((await spend(user)).body.persistence).toBe('journaled');
    await settled(house);

    await house.kill('postgres');
    const until = performance.now() + 10_000;
    const answers: { status: number; body: Record<string, unknown> }[] = [];
    for (let n = 0; performance.now() < until; n += 1) {
      const user = users[n % users.length] as User;
      answers.push(await spend(user, n % 20 === 0 ? { 'idempotency-key': `away-${n}` } : {}));
      await Bun.sleep(5);
    }
    expect(answers.filter(({ status, body }) => status !== 200 || body.persistence !== 'journaled')).toEqual([]);
    const balance = await fetch(`${house.apis[0]}/point/balance`, {
      headers: { authorization: `Bearer ${users[0]?.token}` },
    });
    expect(await balance.json()).toMatchObject({ total_used: null, total_charged: null, stale: false });
    await house.revive('postgres');
    const backAt = performance.now();
    await settled(house);
    const lagMs = performance.now() - backAt;
    console.log(
      `Postgres away: ${answers.length} uses answered, all in the ledger ${Math.round(lagMs)} ms after it was back`,
    );
    expect(answers.length).toBeGreaterThan(100);
    const ids = answers.map(({ body }) => body.transaction_id as string);
    const [found] = await house.sql`select count(*)::int as n from point_ledger where tx_id = any(${ids}::uuid[])`;
    expect(found?.n).toBe(answers.length);
    expect(lagMs).toBeLessThan(long ? 5_000 : 10_000);
  }, 120_000);

  test(
    'kill -9 of API, worker, Postgres and redis-server in turn: every acknowledged use is in the ledger once',
    async () => {
      const random = randomOf(seedOf('kills'));
      const credit = creditThrough(ctx);
      await closeWindow(ctx);
      const { history, stop } = runClients({
        apis: house.apis,
        users,
        random,
        clients: size.clients,
        creditsOfTen: 2,
        credit,
      });
      await Bun.sleep(500);
      const kills = { 'api 1': 0, 'api 2': 0, worker: 0, postgres: 0, redis: 0 };
      do {
        const more = await killInTurn(house, random, size.kills, { pauseMs: size.pauseMs });
        for (const target of TARGETS) kills[target] += more[target];
      } while (history.acks.length + history.credits.size < size.operations);
      await stop();
      await settled(house);
      const { lost, wrong } = await judge(house, users, history);
      report('kills', history, kills);
      expect(lost).toEqual([]);
      expect(wrong).toEqual([]);
      expect(history.strange).toEqual([]);
      expect(history.unknown).toBe(0);
      for (const target of TARGETS) expect(kills[target]).toBeGreaterThan(0);
      expect(count(history, 'journaled')).toBeGreaterThan(0);
      expect(count(history, 'committed')).toBeGreaterThan(0);
      expect(history.credits.size).toBeGreaterThan(0);
      expect(history.repeats).toBeGreaterThan(0);
      expect(await brokenPromises()).toBe(0);
      expect(house.unexpected).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('data loss', () => {
  // One API waits for the ledger and one does not, so both promises are given all the time.
  beforeAll(() => open({ apiEnv: [{ POINTS_ACK: 'committed' }, {}] }), 60_000);
  afterAll(close, 60_000);

  test(
    'FLUSHALL, wiped folder, journal cut: nothing committed is lost, of journaled at most the backlog, never double',
    async () => {
      const random = randomOf(seedOf('losses'));
      const credit = creditThrough(ctx);
      for (const { id } of users) await credit(id, 500, `start:${id}`);
      const { history, stop } = runClients({
        apis: house.apis,
        users,
        random,
        clients: size.clients,
        creditsOfTen: 2,
        credit,
      });
      const backlogs: { loss: Loss; entries: string[] }[] = [];
      for (let round = 0; round < size.losses; round += 1)
        for (const loss of Object.keys(LOSSES) as Loss[]) {
          // Without a worker for a moment, so that there is something to lose.
          await closeWindow(ctx).catch(() => undefined);
          await Bun.sleep(random.int(300, 1_000));
          await house.kill('worker');
          await Bun.sleep(random.int(100, 500));
          const entries = await LOSSES[loss](house, random);
          backlogs.push({ loss, entries });
          await house.revive('worker');
          // Past the window, so that its end is part of it.
          await Bun.sleep(long ? 11_000 : 2_000);
        }
      await stop();
      await settled(house);
      const { lost, wrong } = await judge(house, users, history);
      const atRisk = new Set(backlogs.flatMap(({ entries }) => entries));
      report('losses', history, {
        lost: lost.length,
        backlogs: backlogs.map(({ loss, entries }) => `${loss} ${entries.length}`),
      });
      expect(lost.filter((ack) => ack.persistence === 'committed')).toEqual([]);
      expect(lost.filter((ack) => !atRisk.has(ack.txId))).toEqual([]);
      expect(wrong).toEqual([]);
      expect(history.strange).toEqual([]);
      expect(count(history, 'committed')).toBeGreaterThan(0);
      expect(count(history, 'journaled')).toBeGreaterThan(0);
      expect(atRisk.size).toBeGreaterThan(0);
      expect(await brokenPromises()).toBe(0);
    },
    LIMIT_MS,
  );
});

describe('control', () => {
  const naive = join(import.meta.dir, 'storm/child-naive.ts');
  beforeAll(() => open({ api: { command: (port) => [naive, String(port)], health: '/' }, worker: false }), 60_000);
  afterAll(close, 60_000);

  test(
    'a cached balance and a row written afterwards lose uses in the same storm',
    async () => {
      const random = randomOf(seedOf('control'));
      const { sql } = house;
      await sql`create table naive_balances (user_id uuid primary key, balance bigint not null)`;
      await sql`create table naive_ledger (tx_id uuid primary key, user_id uuid not null, delta bigint not null)`;
      await sql`insert into naive_balances select id, 100000 from users`;
      const credit = async () => undefined;
      const { history, stop } = runClients({
        apis: house.apis,
        users,
        random,
        clients: size.clients,
        creditsOfTen: 0,
        credit,
      });
      const lost = async () => {
        const rows = await sql<{ tx_id: string }[]>`select tx_id from naive_ledger`;
        const ledger = new Set(rows.map((row) => row.tx_id));
        return history.acks.filter((ack) => !ledger.has(ack.txId)).length;
      };
      let missing = 0;
      const kills: Record<string, number> = {};
      for (let round = 0; round < 10 && missing === 0; round += 1) {
        for (const [target, times] of Object.entries(
          await killInTurn(house, random, 4, { only: ['api 1', 'api 2', 'postgres', 'redis'] }),
        ))
          kills[target] = (kills[target] ?? 0) + times;
        // What is under way gets its time; what is missing then is lost.
        await Bun.sleep(500);
        missing = await lost().catch(() => 0);
      }
      await stop();
      await Bun.sleep(500);
      missing = await lost();
      report('control', history, { lost: missing, kills });
      expect(missing).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

const count = (history: History, persistence: string) =>
  history.acks.filter((ack) => ack.persistence === persistence).length;

/** Uses that Postgres refused although somebody may have been told that they are done. */
async function brokenPromises(): Promise<number> {
  const [row] = await house.sql`select count(*)::int as n from point_parked where promised`;
  return row?.n;
}

function report(name: string, history: History, more: unknown): void {
  console.log(
    `${name}: ${history.acks.length} uses (${count(history, 'journaled')} journaled, ${count(history, 'committed')} committed), ` +
      `${history.short} short, ${history.credits.size} credits, ${history.repeats} repeats, ${JSON.stringify(more)}`,
  );
}
