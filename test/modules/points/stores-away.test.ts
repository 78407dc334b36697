import { afterAll, beforeAll, expect, test } from 'bun:test';
import { settleShard, sweepShards } from '../../../src/modules/points/settle.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, give, ledgerOf, rich } from './purse.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const use = (token: string, amount: number, headers: Record<string, string> = {}) =>
  world.client.post('/point/use', { amount, reason: 'r' }, { token, headers });
const run = async (statement: string) => [...(await world.ctx.db.pool.execute(statement))];
const balance = async (token: string) => (await world.client.get('/point/balance', { token })).body;

test('in the window of a new epoch a use is promised only once Postgres has it', async () => {
  const { id, token } = await rich(world, 20);
  await world.ctx.redis.commands.flushdb();
  const first = await use(token, 5, { 'idempotency-key': 'w' });
  expect(first.body).toMatchObject({ success: true, balance_after: 15, persistence: 'committed' });
  expect((await ledgerOf(world.ctx, id)).balance).toBe(15);
  expect((await use(token, 5, { 'idempotency-key': 'w' })).body).toEqual(first.body);
  // Redis forgets again: the ledger remembers the key, whatever Redis admits.
  await world.ctx.redis.commands.flushdb();
  expect((await use(token, 5, { 'idempotency-key': 'w' })).body).toEqual(first.body);
  expect((await use(token, 16)).body).toMatchObject({ success: false, balance_after: 15 });
  expect(await balance(token)).toMatchObject({ balance: 15, pending: 0 });
});

test('a use that Redis admits too much of in the window is refused by Postgres, and told so', async () => {
  const { id, token } = await rich(world, 10);
  await world.ctx.redis.commands.flushdb();
  expect((await use(token, 1)).body.success).toBe(true);
  // What a statement that was on its way before the loss does.
  await world.ctx.redis.commands.hset(`points:{0}:b:${id}`, 'b', 50);
  const key = { 'idempotency-key': 'refused' };
  expect((await use(token, 40, key)).body).toMatchObject({ success: false, balance_after: 9 });
  expect(await balance(token)).toMatchObject({ balance: 9, pending: 0 });
  // It is no effect, so it is not remembered.
  await give(world.ctx, id, 100);
  expect((await use(token, 40, key)).body).toMatchObject({ success: true, balance_after: 69 });
  expect(await ledgerOf(world.ctx, id)).toEqual({ sum: 69, balance: 69, rows: 4 });
});

test('when the window is over, the epoch is renewed and balances are loaded again', async () => {
  const { id, token } = await rich(world, 10);
  await world.ctx.redis.commands.flushdb();
  await use(token, 1);
  const before = await world.ctx.redis.commands.hgetall('points:{0}:epoch');
  expect(Number(before.until) - Date.now()).toBeWithin(8_000, 10_001);
  await world.ctx.redis.commands.hset(`points:{0}:b:${id}`, 'b', 50);
  await world.ctx.redis.commands.hset('points:{0}:epoch', 'until', Date.now() - 1);
  expect((await balance(token)).balance).toBe(9);
  expect((await use(token, 1)).body).toMatchObject({ balance_after: 8, persistence: 'journaled' });
  const after = await world.ctx.redis.commands.hgetall('points:{0}:epoch');
  expect([after.until, after.id === before.id]).toEqual(['0', false]);
  await sweepShards(world.ctx);
});

test('a server that was started anew is a new epoch, though the key is there', async () => {
  const { token } = await rich(world, 10);
  await closeWindow(world.ctx);
  expect((await use(token, 1)).body.persistence).toBe('journaled');
  await world.ctx.redis.commands.hset('points:{0}:epoch', 'run', 'another-run');
  expect((await use(token, 1)).body.persistence).toBe('committed');
  await closeWindow(world.ctx);
});

test('after a flush the balance is the settled one, minus what is in the journal', async () => {
  const { id, token } = await rich(world, 100);
  await closeWindow(world.ctx);
  await use(token, 10);
  await sweepShards(world.ctx);
  await use(token, 7);
  expect(await balance(token)).toMatchObject({ balance: 83, pending: 7 });
  // The loaded balance alone is lost: it comes back as settled minus journal.
  await world.ctx.redis.commands.del(`points:{0}:b:${id}`);
  expect(await balance(token)).toMatchObject({ balance: 83, pending: 7 });
  expect((await use(token, 3)).body.balance_after).toBe(80);
  // Everything is lost: the two uses that were only journaled are gone, as stated; the settled one is not.
  await world.ctx.redis.commands.flushdb();
  expect(await balance(token)).toMatchObject({ balance: 90, pending: 0 });
});

test('without Redis the settled balance is shown as stale, and nothing is used', async () => {
  const own = await createWorld();
  try {
    await closeWindow(own.ctx);
    const { token } = await rich(own, 10);
    await own.client.post('/point/use', { amount: 4, reason: 'r' }, { token });
    own.ctx.redis.commands.disconnect();
    expect((await own.client.get('/point/balance', { token })).body).toMatchObject({
      balance: 10,
      stale: true,
      pending: null,
    });
    const refused = await own.client.post('/point/use', { amount: 4, reason: 'r' }, { token });
    expect([refused.status, refused.body.code]).toEqual([503, 'http.unavailable']);
    expect(refused.headers.get('retry-after')).not.toBeNull();
  } finally {
    await own.close();
  }
});

test('committed mode waits for the ledger and says so', async () => {
  const own = await createWorld({ env: { POINTS_ACK: 'committed' } });
  try {
    await closeWindow(own.ctx);
    const { id, token } = await rich(own, 100);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => own.client.post('/point/use', { amount: 3, reason: 'r' }, { token })),
    );
    expect(answers.map((answer) => answer.body.persistence)).toEqual(Array(30).fill('committed'));
    expect(await ledgerOf(own.ctx, id)).toEqual({ sum: 10, balance: 10, rows: 31 });
  } finally {
    await own.close();
  }
});

test('four shards settle each their own', async () => {
  const own = await createWorld({ env: { POINTS_SHARDS: '4' } });
  try {
    for (let shard = 0; shard < 4; shard += 1) await closeWindow(own.ctx, shard);
    const people = await Promise.all(Array.from({ length: 12 }, () => rich(own, 50)));
    for (const { token } of people)
      expect((await own.client.post('/point/use', { amount: 20, reason: 'r' }, { token })).body.balance_after).toBe(30);
    const lengths = await Promise.all(
      [0, 1, 2, 3].map((shard) => own.ctx.redis.commands.xlen(`points:{${shard}}:outbox`)),
    );
    expect(lengths.reduce((sum, length) => sum + length)).toBe(12);
    expect(lengths.filter((length) => length > 0).length).toBeGreaterThan(1);
    await settleShard(own.ctx, { shard: lengths.findIndex((length) => length > 0) });
    await sweepShards(own.ctx);
    for (const { id } of people) expect(await ledgerOf(own.ctx, id)).toEqual({ sum: 30, balance: 30, rows: 2 });
  } finally {
    await own.close();
  }
});

test('an entry that nobody can read is parked, and does not hold up the others', async () => {
  await closeWindow(world.ctx);
  const { id, token } = await rich(world, 10);
  await world.ctx.redis.commands.xadd('points:{0}:outbox', '*', 't', 'nonsense');
  await use(token, 4);
  await sweepShards(world.ctx);
  expect(await ledgerOf(world.ctx, id)).toMatchObject({ balance: 6 });
  expect(await world.ctx.redis.commands.xlen('points:{0}:outbox')).toBe(0);
  const [parked] = await world.ctx.db.pool.execute(`select why, entry from point_parked where why = 'unreadable'`);
  expect(parked).toMatchObject({ why: 'unreadable', entry: ['t', 'nonsense'] });
});

test('a statement that comes after its deadline writes nothing', async () => {
  const { id } = await signUp(world);
  await give(world.ctx, id, 10);
  const row = {
    admission: 'x/1',
    tx: crypto.randomUUID(),
    user: id,
    amount: 1,
    type: 'use',
    promised: true,
    at: new Date(),
  };
  const apply = `select * from points_apply('${JSON.stringify([row])}'::jsonb, clock_timestamp() - interval '1 ms')`;
  await expect(run(apply)).rejects.toThrow();
  expect((await ledgerOf(world.ctx, id)).rows).toBe(1);
});

test.each([['update point_ledger set delta = 1'], ['delete from point_ledger'], ['truncate point_ledger']])(
  'the ledger refuses: %s',
  async (statement) => {
    await rich(world, 1);
    await expect(run(statement)).rejects.toThrow();
  },
);
