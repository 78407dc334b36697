import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { auditPayments } from '../../../src/modules/payments/audit.ts';
import { runJobs } from '../../harness/jobs.ts';
import { noticeOf, order, sell, sendNotice, stateOf, type TestProduct } from '../../harness/payments.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let product: TestProduct;
beforeAll(async () => {
  world = await createWorld();
  product = await sell(world, { name: 'Chapter' });
});
afterAll(() => world.close());

const balanceOf = async ({ token }: Person) => (await world.client.get('/point/balance', { token })).body.balance;
const ledgerOf = async ({ token }: Person) => {
  const { body } = await world.client.get('/point/transactions', { token });
  return body.map(({ type, amount, reference_type }: { type: string; amount: number; reference_type: string }) => [
    type,
    amount,
    reference_type,
  ]);
};

test('pay on the page, and the points are there; a refund takes them back, and what is spent is taken from the next ones', async () => {
  const person = await signUp(world);
  expect(await balanceOf(person)).toBe(0);
  const mine = await order(world, person, product);
  await world.client.post(`${new URL(mine.checkout_url).pathname}/pay`);
  expect(await balanceOf(person)).toBe(1_100);
  expect(await ledgerOf(person)).toEqual([['charge', 1_100, 'payment']]);

  await sendNotice(world, noticeOf(mine, { status: 'refunded', amount: 5_000 }), { id: 'msg_half' });
  await runJobs(world);
  expect(await balanceOf(person)).toBe(550);
  expect(await ledgerOf(person)).toEqual([
    ['refund', -550, 'payment'],
    ['charge', 1_100, 'payment'],
  ]);

  expect(
    (await world.client.post('/point/use', { amount: 500, reason: 'spent' }, { token: person.token })).body.success,
  ).toBe(true);
  await sendNotice(world, noticeOf(mine, { status: 'refunded', amount: 5_000 }), { id: 'msg_rest' });
  await runJobs(world);
  await runJobs(world);
  expect(await balanceOf(person)).toBe(0);
  const again = await order(world, person, product);
  await sendNotice(world, noticeOf(again));
  await runJobs(world);
  expect(await balanceOf(person)).toBe(600);
  const [sum] = await world.ctx.db.pool.execute<{ sum: string }>(
    sql`select sum(delta) as sum from point_ledger where user_id = ${person.id}::uuid`,
  );
  expect(Number(sum?.sum)).toBe(600);
});

test('the audit finds orders that the ledger does not know, and credits that no order is behind', async () => {
  const person = await signUp(world);
  const [healthy, robbed, gifted] = [
    await order(world, person, product),
    await order(world, person, product),
    await order(world, person, product),
  ];
  await sendNotice(world, noticeOf(healthy));
  await sendNotice(world, noticeOf(gifted));
  expect(await auditPayments(world.ctx)).toEqual([]);
  const db = world.ctx.db.pool;
  await db.execute(sql`update payments set status = 'success', ended_at = now() where order_id = ${robbed.order_id}`);
  await db.execute(sql`update payments set status = 'failed' where order_id = ${gifted.order_id}`);
  await db.execute(
    sql`select points_credit(${person.id}::uuid, gen_random_uuid(), 7::bigint, 'charge', null, 'payment', gen_random_uuid()::text, now())`,
  );
  const found = await auditPayments(world.ctx);
  expect(found.map(({ kind, orderId, points }) => [kind, orderId, points]).sort()).toEqual(
    [
      ['credit_without_success', '', 7],
      ['credit_without_success', gifted.order_id, 1_100],
      ['success_without_credit', robbed.order_id, 0],
    ].sort(),
  );
  expect(found.find(({ orderId }) => orderId === robbed.order_id)).toMatchObject({
    userId: person.id,
    amount: 10_000,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
  });
  expect((await stateOf(world, healthy.order_id)).credits).toBe(1);
});
