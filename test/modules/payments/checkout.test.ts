import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { noticeOf, sell, sendNotice, stateOf, type TestProduct } from '../../harness/payments.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;
let product: TestProduct;
beforeAll(async () => {
  world = await createWorld();
  person = await signUp(world);
  product = await sell(world);
});
afterAll(() => world.close());

const checkout = (body: object, headers: Record<string, string> = {}) =>
  world.client.post('/payment/checkout', body, { token: person.token, headers });

test('the order waits, with the price of now, before its address is given out', async () => {
  const answer = await checkout({
    product_id: product.id,
    return_url: 'http://localhost:5173/ruby/charge',
    method: 'card',
  });
  expect(answer.status).toBe(200);
  const { order_id: id, checkout_url: url } = answer.body;
  expect(id).toMatch(/^FAB_[0-9a-f]{32}$/);
  expect(answer.body).toMatchObject({
    provider: 'sandbox',
    amount: 10_000,
    checkout_url: `http://localhost:8000/dev/checkout/${id}`,
  });
  expect(answer.body.request_payload).toEqual({
    ...{
      checkoutUrl: url,
      clientId: 'sandbox',
      method: 'card',
      orderId: id,
      amount: 10_000,
      goodsName: 'Test product',
    },
    ...{
      returnUrl: 'http://localhost:5173/ruby/charge',
      mallReserved: expect.stringMatching(/^pid=[0-9a-f-]{36}$/),
      disableScroll: false,
    },
  });
  expect(await stateOf(world, id)).toMatchObject({ status: 'pending', credits: 0, receipts: 0 });
});

test('statuses', async () => {
  expect((await world.client.post('/payment/checkout', { product_id: product.id })).status).toBe(401);
  expect((await checkout({ product_id: crypto.randomUUID() })).body).toMatchObject({
    status: 404,
    code: 'payment.product_not_found',
  });
  const off = await sell(world, { is_active: false });
  expect((await checkout({ product_id: off.id })).status).toBe(404);
  expect((await checkout({ product_id: product.id, method: 'cash' })).body).toMatchObject({
    status: 400,
    code: 'payment.unknown_method',
  });
  expect((await checkout({ product_id: product.id, return_url: 'https://evil.example/' })).body).toMatchObject({
    status: 422,
    code: 'payment.return_url_refused',
  });
  for (const bad of [
    {},
    { product_id: 'one' },
    { product_id: product.id, vbank_holder: 'x'.repeat(41) },
    { product_id: product.id, method: 7 },
  ])
    expect((await checkout(bad)).status, JSON.stringify(bad)).toBe(422);
  const nulls = { return_url: null, method: null, vbank_holder: null, idempotency_key: null };
  expect((await checkout({ product_id: product.id, ...nulls })).status).toBe(200);
});

test.each([
  ['card'],
  ['easy'],
  ['cardAndEasyPay'],
  ['kakaopay'],
  ['Kakao-Pay'],
  ['NAVERPAY_CARD'],
  ['payco'],
  ['ssgpay'],
  ['samsungpayCard'],
  ['bank'],
  ['vbank'],
])('method %s', async (method) => {
  const answer = await checkout({ product_id: product.id, method, vbank_holder: '김미나' });
  expect(answer.status).toBe(200);
  expect(answer.body.request_payload.vbankHolder).toBe('김미나');
});

test('a long Korean name is cut to what the old page’s provider takes', async () => {
  const long = await sell(world, { name: '가'.repeat(60) });
  const { body } = await checkout({ product_id: long.id });
  expect(body.request_payload.goodsName).toBe('가'.repeat(13));
});

test('one idempotency key is one order, in parallel and later, also when the product is gone by then; another body is refused', async () => {
  const mine = await sell(world);
  const key = crypto.randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      n % 2
        ? checkout({ product_id: mine.id }, { 'idempotency-key': key })
        : checkout({ product_id: mine.id, idempotency_key: key }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  await world.ctx.db.pool.execute(sql`update payment_products set is_active = false where id = ${mine.id}::uuid`);
  expect((await checkout({ product_id: mine.id }, { 'idempotency-key': key })).body).toEqual(answers[0]!.body);
  const other = await checkout({ product_id: product.id }, { 'idempotency-key': key });
  expect(other.body).toMatchObject({ status: 422, code: 'http.idempotency_mismatch' });
  const stranger = await signUp(world);
  const theirs = await world.client.post(
    '/payment/checkout',
    { product_id: product.id, idempotency_key: key },
    { token: stranger.token },
  );
  expect(theirs.status).toBe(200);
  expect(theirs.body.order_id).not.toBe(answers[0]!.body.order_id);
});

test('a product that is changed or taken down while people check out: each order is all of one price or none', async () => {
  const shifting = await sell(world, { price: 1_000, point_amount: 100, bonus_point: 0 });
  const attempts = Array.from({ length: 30 }, () => checkout({ product_id: shifting.id }));
  const change = (async () => {
    await world.ctx.db.pool.execute(
      sql`update payment_products set price = 2000, points = 300 where id = ${shifting.id}::uuid`,
    );
    await world.ctx.db.pool.execute(sql`update payment_products set is_active = false where id = ${shifting.id}::uuid`);
  })();
  const answers = await Promise.all(attempts);
  await change;
  for (const { status } of answers) expect([200, 404]).toContain(status);
  const rows = await world.ctx.db.pool.execute<{ amount: number; points: number }>(
    sql`select amount, points from payments where product_id = ${shifting.id}::uuid`,
  );
  expect(rows.length).toBe(answers.filter(({ status }) => status === 200).length);
  for (const { amount, points } of rows)
    expect([
      [1_000, 100],
      [2_000, 300],
    ]).toContainEqual([amount, points]);
  expect((await checkout({ product_id: shifting.id })).status).toBe(404);
  // What was begun can still be paid, at what was agreed.
  const begun = answers.find(({ status }) => status === 200);
  if (begun) {
    expect((await sendNotice(world, noticeOf(begun.body))).body).toEqual({ message: 'OK' });
    expect((await stateOf(world, begun.body.order_id)).credited).toBe(begun.body.amount === 1_000 ? 100 : 300);
  }
});
