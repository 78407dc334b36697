import { expect, test } from 'bun:test';
import { noticeOf, order, sell, sendNotice } from '../../harness/payments.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld } from '../../harness/world.ts';

test('newest first, in pages, mine only; the total is of all that was paid and kept', async () => {
  const world = await createWorld();
  const product = await sell(world);
  const [buyer, person] = await Promise.all([signUp(world), signUp(world)]);
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.unshift((await order(world, buyer, product)).order_id);
  for (const order_id of ids.slice(0, 3))
    await sendNotice(world, noticeOf({ order_id, amount: 10_000, checkout_url: '' }));
  await sendNotice(world, noticeOf({ order_id: ids[4]!, amount: 10_000, checkout_url: '' }, { status: 'failed' }));
  await sendNotice(world, noticeOf({ order_id: ids[0]!, amount: 4_000, checkout_url: '' }, { status: 'refunded' }));
  const page = async (query: string) =>
    (await world.client.get(`/payment/history${query}`, { token: buyer.token })).body;
  const all = await page('');
  expect(all).toMatchObject({ total_count: 5, total_amount: 26_000 });
  expect(all.payments.map(({ order_id }: { order_id: string }) => order_id)).toEqual(ids);
  expect(all.payments.map(({ status }: { status: string }) => status)).toEqual([
    'success',
    'success',
    'success',
    'pending',
    'failed',
  ]);
  expect(all.payments[0]).toMatchObject({
    user_id: buyer.id,
    product_id: product.id,
    amount: 10_000,
    point_amount: 1_100,
    payment_method: 'card',
    refunded_amount: 4_000,
    paid_at: expect.any(String),
  });
  expect(await page('?limit=2&offset=3')).toMatchObject({
    total_count: 5,
    total_amount: 26_000,
    payments: [{ order_id: ids[3] }, { order_id: ids[4] }],
  });
  for (const bad of ['?limit=0', '?limit=101', '?offset=-1', '?offset=10001', '?limit=x'])
    expect((await world.client.get(`/payment/history${bad}`, { token: buyer.token })).status, bad).toBe(422);
  expect((await world.client.get('/payment/history')).status).toBe(401);

  const one = (id: string, token?: string) => world.client.get(`/payment/payment/${id}`, { token });
  const first = all.payments[0];
  expect((await one(first.id, buyer.token)).body).toEqual(first);
  expect((await one(first.id)).status).toBe(401);
  expect((await one(first.id, person.token)).body).toMatchObject({ status: 404, code: 'payment.not_found' });
  expect((await one(crypto.randomUUID(), buyer.token)).status).toBe(404);
  expect((await one('nonsense', buyer.token)).status).toBe(422);
  await world.close();
});
