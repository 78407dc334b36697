import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { auditPayments } from '../../../src/modules/payments/audit.ts';
import { noticeOf, order, sell, sendNotice, stateOf, type TestProduct } from '../../harness/payments.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;
let product: TestProduct;
const secrets = [`whsec_${btoa('the newer secret, 24 bytes')}`, `whsec_${btoa('the older secret, 24 bytes')}`];
beforeAll(async () => {
  world = await createWorld({ env: { PAYMENT_WEBHOOK_SECRET: secrets.join(', ') } });
  person = await signUp(world);
  product = await sell(world);
});
afterAll(() => world.close());

const newOrder = () => order(world, person, product);
const untouched = { status: 'pending', refunded: 0, credits: 0, credited: 0, toTakeBack: 0, receipts: 0, verdicts: [] };

describe('a notice', () => {
  test('of success credits once; what comes after is "Already processed"', async () => {
    const mine = await newOrder();
    const body = noticeOf(mine);
    const first = await sendNotice(world, body, { id: 'msg_one' });
    expect([first.status, first.body]).toEqual([200, { message: 'OK' }]);
    const paid = { ...untouched, status: 'success', credits: 1, credited: 1_100, receipts: 1, verdicts: ['applied'] };
    expect(await stateOf(world, mine.order_id)).toEqual(paid);
    for (const again of [
      await sendNotice(world, body, { id: 'msg_one' }),
      await sendNotice(world, body),
      await sendNotice(world, { ...body, status: 'failed' }),
      await sendNotice(world, { ...body, amount: 1 }),
    ])
      expect([again.status, again.body]).toEqual([200, { message: 'Already processed' }]);
    expect(await stateOf(world, mine.order_id)).toEqual({
      ...paid,
      verdicts: ['applied', 'already_processed', 'already_processed', 'already_processed'],
    });
  });

  test.each(['failed', 'cancelled', 'canceled', 'expired'])('of %s ends the order without points', async (status) => {
    const mine = await newOrder();
    const answer = await sendNotice(world, noticeOf(mine, { status, transaction_data: { message: 'card refused' } }));
    expect(answer.body).toEqual({ message: 'OK' });
    const expected = status === 'failed' ? 'failed' : 'cancelled';
    expect(await stateOf(world, mine.order_id)).toEqual({ ...untouched, status: expected, verdicts: ['applied'] });
  });

  test('signed with the older secret is believed too; through the /api alias as well', async () => {
    const [first, second] = [await newOrder(), await newOrder()];
    expect((await sendNotice(world, noticeOf(first), { secret: secrets[1] })).body).toEqual({ message: 'OK' });
    const through = {
      ...world.client,
      post: (path: string, ...rest: [unknown, object]) => world.client.post(`/api${path}/`, ...rest),
    };
    expect((await sendNotice(world, noticeOf(second), {}, through)).body).toEqual({ message: 'OK' });
  });

  test('unsigned, badly signed or stale: 401, whatever it says, and nothing is left of it', async () => {
    const mine = await newOrder();
    const now = world.clock.now().getTime();
    const refused = [
      await world.client.post('/payment/webhook', noticeOf(mine)),
      await world.client.post('/payment/webhook'),
      await sendNotice(world, noticeOf(mine), { secret: `whsec_${btoa('somebody else, 24 bytes!')}` }),
      await sendNotice(world, noticeOf(mine), { at: new Date(now - 310_000) }),
      await sendNotice(world, noticeOf(mine), { at: new Date(now + 310_000) }),
      await sendNotice(world, noticeOf(mine), { headers: { 'webhook-signature': '' } }),
      await sendNotice(world, noticeOf(mine), { headers: { 'stripe-signature': 't=1,v1=00' } }),
      await sendNotice(world, '{broken', { secret: `whsec_${btoa('somebody else, 24 bytes!')}` }),
    ];
    for (const answer of refused) expect(answer.body).toMatchObject({ status: 401, code: 'payment.bad_signature' });
    expect(await stateOf(world, mine.order_id)).toEqual(untouched);
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(JSON.stringify(noticeOf(mine)))]);
    expect((await world.client.post('/payment/webhook', undefined, { raw: bytes })).status).toBe(401);
  });

  test('of an unknown order: 404, and the same notice is good once the order is there', async () => {
    const count = async () => (await world.ctx.db.pool.execute(sql`select id from payment_events`)).length;
    const before = await count();
    const nobody = noticeOf({ order_id: 'FAB_0', amount: 1, checkout_url: '' });
    expect((await sendNotice(world, nobody, { id: 'msg_early' })).body).toMatchObject({
      status: 404,
      code: 'payment.order_not_found',
    });
    expect(await count()).toBe(before);
    const mine = await newOrder();
    expect((await sendNotice(world, noticeOf(mine), { id: 'msg_early' })).body).toEqual({ message: 'OK' });
  });

  test('of another amount or currency: 422 as often as it comes, kept, alarmed; the right one still works, also under its id', async () => {
    const mine = await newOrder();
    const wrong = [
      { amount: 9_999 },
      { amount: 10_001 },
      { amount: 0 },
      { currency: 'USD' },
      { transaction_data: { currency: 'usd' } },
      { status: 'failed', amount: 5 },
    ];
    for (const change of [...wrong, wrong[0]])
      expect((await sendNotice(world, noticeOf(mine, change), { id: 'msg_wrong' })).body).toMatchObject({
        status: 422,
        code: 'payment.amount_mismatch',
      });
    expect(await stateOf(world, mine.order_id)).toEqual({ ...untouched, verdicts: wrong.map(() => 'amount_mismatch') });
    expect(
      world.logs.filter(({ message, verdict }) => message === 'payment anomaly' && verdict === 'amount_mismatch')
        .length,
    ).toBe(wrong.length);
    expect(await auditPayments(world.ctx)).toContainEqual(
      expect.objectContaining({ kind: 'amount_mismatch', orderId: mine.order_id, userId: person.id, amount: 9_999 }),
    );
    expect((await sendNotice(world, noticeOf(mine, { currency: 'krw' }), { id: 'msg_wrong' })).body).toEqual({
      message: 'OK',
    });
  });

  test('of an unknown status, or that is no notice: 422 or 400, nothing kept', async () => {
    const mine = await newOrder();
    expect((await sendNotice(world, noticeOf(mine, { status: 'paid?' }))).body).toMatchObject({
      status: 422,
      code: 'payment.unknown_status',
    });
    expect((await sendNotice(world, noticeOf(mine, { amount: '1' }))).body).toMatchObject({
      status: 422,
      code: 'http.invalid',
    });
    expect((await sendNotice(world, '{broken')).body).toMatchObject({ status: 400, code: 'http.malformed_json' });
    expect((await sendNotice(world, `{"a":"${'x'.repeat(262_144)}"}`)).status).toBe(413);
    expect(await stateOf(world, mine.order_id)).toEqual(untouched);
  });

  test('of success after the order was given up: not credited, but a person is told, until the money is given back', async () => {
    const mine = await newOrder();
    await sendNotice(world, noticeOf(mine, { status: 'failed' }));
    expect((await sendNotice(world, noticeOf(mine))).body).toEqual({ message: 'Already processed' });
    expect(await stateOf(world, mine.order_id)).toEqual({
      ...untouched,
      status: 'failed',
      verdicts: ['applied', 'late_success'],
    });
    const anomaly = expect.objectContaining({ kind: 'late_success', orderId: mine.order_id });
    expect(await auditPayments(world.ctx)).toContainEqual(anomaly);
    await sendNotice(world, noticeOf(mine, { status: 'refunded' }));
    expect(await stateOf(world, mine.order_id)).toMatchObject({
      status: 'failed',
      refunded: 10_000,
      credits: 0,
      toTakeBack: 0,
    });
    expect(await auditPayments(world.ctx)).not.toContainEqual(anomaly);
  });
});

describe('a refund', () => {
  test('takes back its share of the points; its name makes it happen once; the status stays', async () => {
    const mine = await newOrder();
    await sendNotice(world, noticeOf(mine));
    const refund = (amount: number, refund_id?: string) =>
      sendNotice(
        world,
        noticeOf(mine, { status: 'refunded', amount, transaction_data: { ...(refund_id ? { refund_id } : {}) } }),
      );
    expect((await refund(3_333, 're_1')).body).toEqual({ message: 'OK' });
    expect(await stateOf(world, mine.order_id)).toMatchObject({
      status: 'success',
      refunded: 3_333,
      credited: 1_100,
      toTakeBack: 366,
    });
    expect((await refund(3_333, 're_1')).body).toEqual({ message: 'Already processed' });
    expect((await refund(3_333)).body).toEqual({ message: 'OK' });
    for (const tooMuch of [3_335, 10_000, 0])
      expect((await refund(tooMuch)).body).toMatchObject({ status: 422, code: 'payment.amount_mismatch' });
    expect((await refund(3_334, 're_3')).body).toEqual({ message: 'OK' });
    expect(await stateOf(world, mine.order_id)).toMatchObject({
      status: 'success',
      refunded: 10_000,
      toTakeBack: 1_100,
      receipts: 1,
    });
  });

  test('that is told before its success changes nothing yet; with the success both are done', async () => {
    const mine = await newOrder();
    expect((await sendNotice(world, noticeOf(mine, { status: 'refunded', amount: 5_000 }))).body).toEqual({
      message: 'OK',
    });
    expect(await stateOf(world, mine.order_id)).toMatchObject({ status: 'pending', refunded: 5_000, toTakeBack: 0 });
    expect((await sendNotice(world, noticeOf(mine))).body).toEqual({ message: 'OK' });
    expect(await stateOf(world, mine.order_id)).toMatchObject({ status: 'success', credited: 1_100, toTakeBack: 550 });
  });
});

test('200 at once for one order, over two instances: good ones, repeated ones, forged, stale and of a wrong amount; credited once', async () => {
  const { client: second } = await world.secondInstance();
  const mine = await newOrder();
  const now = world.clock.now().getTime();
  const good = noticeOf(mine);
  const kinds = {
    fresh: () => [good, {}],
    repeated: (n: number) => [good, { id: `msg_repeated_${n % 3}` }],
    forged: () => [good, { secret: `whsec_${btoa('somebody else, 24 bytes!')}` }],
    stale: () => [good, { at: new Date(now - 400_000) }],
    wrongAmount: () => [{ ...good, amount: 1 }, {}],
  } satisfies Record<string, (n: number) => [typeof good, Parameters<typeof sendNotice>[2]]>;
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const kind = names[n % names.length]!;
      const [body, signing] = kinds[kind](n) as [typeof good, Parameters<typeof sendNotice>[2]];
      const { status, body: said } = await sendNotice(world, body, signing, n % 2 ? second : world.client);
      return { kind, status, said: said.message ?? said.code };
    }),
  );
  const count = (wanted: Partial<(typeof answers)[number]>) =>
    answers.filter((answer) => Object.entries(wanted).every(([key, value]) => answer[key as 'kind'] === value)).length;
  expect(count({ kind: 'forged', status: 401 })).toBe(40);
  expect(count({ kind: 'stale', status: 401 })).toBe(40);
  expect(count({ kind: 'wrongAmount', status: 422 }) + count({ kind: 'wrongAmount', said: 'Already processed' })).toBe(
    40,
  );
  expect(count({ said: 'OK' })).toBe(1);
  expect(count({ kind: 'fresh', status: 200 }) + count({ kind: 'repeated', status: 200 })).toBe(80);
  const state = await stateOf(world, mine.order_id);
  expect(state).toMatchObject({ status: 'success', credits: 1, credited: 1_100, receipts: 1 });
  expect(state.verdicts.filter((verdict) => verdict === 'applied').length).toBe(1);
});
