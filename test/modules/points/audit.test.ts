import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { auditPoints } from '../../../src/modules/points/audit.ts';
import { sweepShards } from '../../../src/modules/points/settle.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, ledgerOf, rich } from './purse.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await closeWindow(world.ctx);
});
afterAll(() => world.close());

const spend = async (token: string, amount: number) =>
  (await world.client.post('/point/use', { amount, reason: 'r' }, { token })).body.transaction_id as string;
const audit = (repair = false) => auditPoints(world.ctx, { repair });
async function script(...args: string[]) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../../scripts/audit-points.ts'), ...args], {
    env: { ...process.env, DATABASE_URL: world.stores.databaseUrl, REDIS_URL: world.stores.redisUrl },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [code, out] = await Promise.all([child.exited, child.stdout.text()]);
  return { code, out };
}

test('is clean while uses are journaled and when they are settled', async () => {
  const { token } = await rich(world, 50);
  await spend(token, 5);
  expect((await audit()).drifts).toEqual([]);
  await sweepShards(world.ctx);
  expect((await audit()).drifts).toEqual([]);
  expect(await script()).toMatchObject({ code: 0, out: expect.stringContaining('0 drifts') });
});

test('finds a wrong balance in the table, and rebuilds it from the ledger', async () => {
  const { id, token } = await rich(world, 50);
  await spend(token, 5);
  await sweepShards(world.ctx);
  await world.ctx.db.pool.execute(`update point_balances set balance = 999 where user_id = '${id}'`);
  const { code, out } = await script();
  expect(code).toBe(2);
  expect(out).toContain('balance is not the sum of the ledger');
  expect((await audit(true)).repaired).toBeGreaterThan(0);
  expect((await audit()).drifts).toEqual([]);
  expect(await ledgerOf(world.ctx, id)).toMatchObject({ balance: 45 });
  expect((await world.client.get('/point/balance', { token })).body).toMatchObject({ balance: 45, total_used: 5 });
});

test('finds what Redis has too much of, and lets it load again', async () => {
  const { id, token } = await rich(world, 50);
  await spend(token, 5);
  await world.ctx.redis.commands.hincrby(`points:{0}:b:${id}`, 'b', 100);
  expect((await audit()).drifts).toMatchObject([{ where: 'redis', user: id, expected: '45', found: '145' }]);
  await audit(true);
  expect((await audit()).drifts).toEqual([]);
});

test('finds a use that is pending without an entry, and journals it again', async () => {
  const { id, token } = await rich(world, 50);
  await sweepShards(world.ctx);
  const txId = await spend(token, 5);
  await world.ctx.redis.commands.del('points:{0}:outbox');
  expect((await audit()).drifts.map((drift) => drift.what)).toEqual([`pending, not in the journal: ${txId}`]);
  await audit(true);
  await sweepShards(world.ctx);
  expect((await audit()).drifts).toEqual([]);
  expect(await ledgerOf(world.ctx, id)).toMatchObject({ balance: 45, rows: 2 });
});

test('lists parked promises, which it does not repair, and explains itself', async () => {
  await world.ctx.redis.commands.xadd('points:{0}:outbox', '*', 'what', 'ever');
  await sweepShards(world.ctx);
  expect((await audit(true)).drifts).toMatchObject([{ where: 'parked' }]);
  expect((await audit()).drifts).toHaveLength(1);
  expect((await script('--help')).out).toContain('--repair');
  expect((await script('--nonsense')).code).toBe(1);
});
