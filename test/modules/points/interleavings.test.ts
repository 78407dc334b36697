import { afterAll, beforeAll, expect, test } from 'bun:test';
import fc from 'fast-check';
import { newId } from '../../../src/lib/ids.ts';
import { readBalance } from '../../../src/modules/points/balance.ts';
import { refundUse } from '../../../src/modules/points/refund.ts';
import { settleShard } from '../../../src/modules/points/settle.ts';
import { usePoints } from '../../../src/modules/points/use.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, give, ledgerOf } from './purse.ts';

// Random orders of everything that moves points, some of it at the same moment, against a purse that only counts.

let world: World;
let others: World['ctx'];
beforeAll(async () => {
  world = await createWorld();
  others = (await world.secondInstance()).ctx;
});
afterAll(() => world.close());

/** Each run has a user of its own, so that a shorter example starts as the longer one did. */
async function newUser(): Promise<string> {
  const id = newId();
  await world.ctx.db.pool.execute(
    `insert into users (id, email, username, password_hash, gender) values ('${id}', '${id}@example.com', '${id}', 'x', 'male')`,
  );
  return id;
}

type Purse = { points: number; uses: { txId: string; amount: number; refunded: boolean }[] };
type Real = { userId: string };
type Command = fc.AsyncCommand<Purse, Real>;

const key = (userId: string) => `points:{0}:b:${userId}`;
const spend = (userId: string, amountPoints: number, txId: string, ctx = world.ctx) =>
  usePoints(ctx, { userId, amountPoints, reason: 'r', txId });

/** A command whose real side may do as it likes, as long as the purse agrees afterwards. */
function command(name: string, run: (purse: Purse, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(purse, real) {
      await run(purse, real);
      expect((await readBalance(world.ctx, real.userId)).availablePoints).toBe(purse.points);
    },
  };
}

const use = (amount: number) =>
  command(`use ${amount}`, async (purse, { userId }) => {
    const txId = crypto.randomUUID();
    const outcome = await spend(userId, amount, txId);
    if (amount > purse.points) {
      expect(outcome).toEqual({ kind: 'short', balance: purse.points });
      return;
    }
    purse.points -= amount;
    purse.uses.push({ txId, amount, refunded: false });
    expect(outcome).toMatchObject({ kind: 'used', txId, balanceAfter: purse.points });
  });

const repeat = (nth: number) =>
  command(`repeat ${nth}`, async (purse, { userId }) => {
    const known = purse.uses[nth % Math.max(1, purse.uses.length)];
    if (!known) return;
    expect(await spend(userId, known.amount, known.txId, others)).toMatchObject({ kind: 'used', txId: known.txId });
  });

/** Uses at once from two instances, while the worker settles and a credit comes in. */
const burst = (amount: number, count: number, credit: number) =>
  command(`burst ${count} x ${amount}, credit ${credit}`, async (purse, { userId }) => {
    const txIds = Array.from({ length: count }, () => crypto.randomUUID());
    const work = txIds.map((txId, index) => spend(userId, amount, txId, index % 2 ? world.ctx : others));
    const extra = [settleShard(others, { shard: 0 }), credit > 0 ? give(world.ctx, userId, credit) : undefined];
    const outcomes = await Promise.all(work);
    await Promise.all(extra);
    const used = txIds.filter((_, index) => outcomes[index]?.kind === 'used');
    // A credit may come before some of the uses, or after all of them.
    expect(used.length).toBeWithin(
      Math.min(count, Math.floor(purse.points / amount)),
      Math.min(count, Math.floor((purse.points + credit) / amount)) + 1,
    );
    purse.points += credit - used.length * amount;
    for (const txId of used) purse.uses.push({ txId, amount, refunded: false });
  });

const credit = (amount: number) =>
  command(`credit ${amount}`, async (purse, { userId }) => {
    await give(world.ctx, userId, amount);
    purse.points += amount;
  });

const refund = (nth: number) =>
  command(`refund ${nth}`, async (purse, { userId }) => {
    const known = purse.uses[nth % Math.max(1, purse.uses.length)];
    if (!known) return;
    const job = { useTxId: known.txId, userId, description: null };
    await Promise.all([refundUse(world.ctx, job), refundUse(others, job)]);
    if (!known.refunded) purse.points += known.amount;
    known.refunded = true;
  });

const settle = command('settle', async () => {
  await Promise.all([settleShard(world.ctx, { shard: 0 }), settleShard(others, { shard: 0 })]);
});
const expire = command('the balance key is lost', async (_, { userId }) => {
  await world.ctx.redis.commands.del(key(userId));
});
const renew = command('a new epoch without a window', () => closeWindow(world.ctx));
const restart = command('Redis is another process', async () => {
  await world.ctx.redis.commands.hset('points:{0}:epoch', 'run', 'another');
});
const flush = command('settled, then flushed', async () => {
  await settleShard(world.ctx, { shard: 0 });
  await world.ctx.redis.commands.flushdb();
});

test('whatever happens in whatever order: nothing is lost, minted or negative', async () => {
  let runs = 0;
  const amount = fc.integer({ min: 1, max: 12 });
  const commands = fc.commands(
    [
      amount.map(use),
      amount.map(use),
      fc.nat(20).map(repeat),
      fc.tuple(amount, fc.integer({ min: 2, max: 8 }), fc.integer({ min: 0, max: 9 })).map((args) => burst(...args)),
      fc.integer({ min: 1, max: 30 }).map(credit),
      fc.nat(20).map(refund),
      ...[settle, expire, renew, restart, flush].map((each) => fc.constant(each)),
    ],
    { maxCommands: 40, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      runs += 1;
      const userId = await newUser();
      await fc.asyncModelRun(() => ({ model: { points: 0, uses: [] as Purse['uses'] }, real: { userId } }), list);
      await settleShard(world.ctx, { shard: 0 });
      const ledger = await ledgerOf(world.ctx, userId);
      const { availablePoints, pendingPoints } = await readBalance(world.ctx, userId);
      expect(ledger.sum).toBe(ledger.balance);
      expect([availablePoints, pendingPoints]).toEqual([ledger.balance, 0]);
    }),
    { numRuns: 50, timeout: 30_000, interruptAfterTimeLimit: 40_000 },
  );
  expect(runs).toBeGreaterThan(10);
  const [least] = await world.ctx.db.pool.execute('select min(balance_after) as points from point_ledger');
  expect(Number(least?.points)).toBeGreaterThanOrEqual(0);
}, 90_000);
