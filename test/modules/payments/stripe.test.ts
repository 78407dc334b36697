import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { order, sell, stateOf, type TestOrder, type TestProduct } from '../../harness/payments.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { type ScriptedStripe, scriptStripe, stripeEvent, stripeSignature } from './scripted-stripe.ts';

let stripe: ScriptedStripe;
let world: World;
let person: Person;
let product: TestProduct;
beforeAll(async () => {
  stripe = scriptStripe();
  world = await createWorld({ env: stripe.env() });
  person = await signUp(world);
  product = await sell(world);
});
afterAll(async () => {
  await world.close();
  await stripe.stop();
});

const sessionOf = ({ order_id }: TestOrder) =>
  [...stripe.sessions.values()].find(({ metadata }) => metadata.order_id === order_id)!;
const send = (payload: string, signature = stripeSignature(payload, world.clock.now())) =>
  world.client.post('/payment/webhook', undefined, {
    raw: payload,
    headers: { 'stripe-signature': signature, 'content-type': 'application/json' },
  });

/** What Stripe tells in the life of a session; each call makes an event of its own. */
const told = {
  completed: (mine: TestOrder) =>
    stripeEvent('checkout.session.completed', {
      ...sessionOf(mine),
      status: 'complete',
      payment_status: 'paid',
      payment_intent: 'pi_1',
    }),
  completedUnpaid: (mine: TestOrder) =>
    stripeEvent('checkout.session.completed', { ...sessionOf(mine), status: 'complete', payment_status: 'unpaid' }),
  asyncSucceeded: (mine: TestOrder) =>
    stripeEvent('checkout.session.async_payment_succeeded', {
      ...sessionOf(mine),
      status: 'complete',
      payment_status: 'paid',
    }),
  asyncFailed: (mine: TestOrder) =>
    stripeEvent('checkout.session.async_payment_failed', { ...sessionOf(mine), status: 'complete' }),
  expired: (mine: TestOrder) => stripeEvent('checkout.session.expired', { ...sessionOf(mine), status: 'expired' }),
  refunded: (mine: TestOrder, amount = 10_000) =>
    stripeEvent('charge.refunded', {
      id: 'ch_1',
      object: 'charge',
      amount: 10_000,
      amount_refunded: amount,
      currency: 'krw',
      payment_intent: 'pi_1',
      metadata: { order_id: mine.order_id },
    }),
};
type Told = Exclude<keyof typeof told, 'asyncFailed'>;

describe('checkout', () => {
  test('a session with our order, price and addresses, under an idempotency key; its address is given out', async () => {
    const answer = await world.client.post('/payment/checkout', { product_id: product.id }, { token: person.token });
    expect(answer.status).toBe(200);
    const { order_id: id } = answer.body;
    expect(answer.body).toMatchObject({
      provider: 'stripe',
      checkout_url: sessionOf(answer.body).url,
      request_payload: { checkoutUrl: sessionOf(answer.body).url },
    });
    const call = stripe.calls.at(-1)!;
    expect(call).toMatchObject({
      method: 'POST',
      path: '/v1/checkout/sessions',
      key: id,
      authorization: 'Bearer sk_test_scripted',
    });
    expect(call.params).toMatchObject({
      mode: 'payment',
      client_reference_id: id,
      'metadata[order_id]': id,
      'payment_intent_data[metadata][order_id]': id,
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'krw',
      'line_items[0][price_data][unit_amount]': '10000',
      'line_items[0][price_data][product_data][name]': 'Test product',
      success_url: `http://localhost:8000/payment/return/${id}`,
      cancel_url: `http://localhost:8000/payment/return/${id}?cancelled=1`,
    });
    expect(Number(call.params.expires_at) * 1_000 - Date.now()).toBeWithin(3_500_000, 3_700_000);
  });

  test.each([[500], [409], ['lost'] as const])(
    'a mishap (%p) is tried again with the same key: one session',
    async (mishap) => {
      stripe.mishaps.push(mishap);
      const before = stripe.sessions.size;
      const mine = await order(world, person, product);
      expect(stripe.sessions.size).toBe(before + 1);
      expect(stripe.calls.slice(-2).map(({ key }) => key)).toEqual([mine.order_id, mine.order_id]);
    },
  );

  test('Stripe away: 503, without a word of its errors; the same key of the client then makes one order', async () => {
    const ask = () =>
      world.client.post(
        '/payment/checkout',
        { product_id: product.id, idempotency_key: 'again' },
        { token: person.token },
      );
    stripe.mishaps.push(500, 500);
    const failed = await ask();
    expect(failed.body).toMatchObject({ status: 503, code: 'payment.provider_unavailable' });
    expect(failed.text).not.toContain('sk_test');
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]!.status).toBe(200);
    expect(sessionOf(answers[0]!.body).url).toBe(answers[0]!.body.checkout_url);
    expect(JSON.stringify(world.logs)).not.toContain('sk_test');
  });
});

function permutations<T>(list: T[]): T[][] {
  return list.length < 2
    ? [list]
    : list.flatMap((first, i) => permutations(list.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

describe('notices in every order', () => {
  const lives: Told[][] = [
    ['completed', 'refunded', 'expired'],
    ['completedUnpaid', 'asyncSucceeded', 'expired', 'refunded'],
  ];
  test.each(lives.flatMap(permutations).map((sequence) => [sequence.join(', '), sequence] as const))(
    '%s',
    async (_, sequence) => {
      const mine = await order(world, person, product);
      for (const name of sequence) {
        const payload = told[name](mine);
        const first = await send(payload);
        expect(first.status, name).toBe(200);
        // At least once: Stripe repeats.
        expect((await send(payload)).body, name).toEqual({ message: 'Already processed' });
      }
      // What ends an order first, ends it; the money that was given back is given back in any order.
      const ending = sequence.find((name) => name === 'completed' || name === 'asyncSucceeded' || name === 'expired');
      const paid = ending !== 'expired';
      const state = await stateOf(world, mine.order_id);
      expect(state).toMatchObject({
        status: paid ? 'success' : 'cancelled',
        ...{
          refunded: 10_000,
          credits: paid ? 1 : 0,
          credited: paid ? 1_100 : 0,
          toTakeBack: paid ? 1_100 : 0,
          receipts: paid ? 1 : 0,
        },
      });
      expect(state.verdicts.filter((verdict) => verdict === 'late_success').length).toBe(paid ? 0 : 1);
    },
  );

  test('partial refunds are sums: what comes late or twice changes nothing', async () => {
    const mine = await order(world, person, product);
    await send(told.completed(mine));
    const said: string[] = [];
    for (const sum of [2_000, 6_000, 2_000, 6_000, 5_000, 10_000])
      said.push((await send(told.refunded(mine, sum))).body.message);
    expect(said).toEqual(['OK', 'OK', ...Array(3).fill('Already processed'), 'OK']);
    expect(await stateOf(world, mine.order_id)).toMatchObject({
      status: 'success',
      refunded: 10_000,
      toTakeBack: 1_100,
    });
  });

  test('a failed one, one of another amount, another currency, forged ones, and those that are none of ours', async () => {
    const [failing, wrong] = [await order(world, person, product), await order(world, person, product)];
    expect((await send(told.asyncFailed(failing))).body).toEqual({ message: 'OK' });
    expect((await stateOf(world, failing.order_id)).status).toBe('failed');
    for (const change of [{ amount_total: 1 }, { currency: 'usd' }]) {
      const answer = await send(
        stripeEvent('checkout.session.completed', { ...sessionOf(wrong), payment_status: 'paid', ...change }),
      );
      expect(answer.body).toMatchObject({ status: 422, code: 'payment.amount_mismatch' });
    }
    const good = told.completed(wrong);
    for (const signature of [
      '',
      't=1',
      stripeSignature(good, world.clock.now(), 'whsec_other'),
      stripeSignature(good, new Date(Date.now() - 400_000)),
      stripeSignature(`${good} `, world.clock.now()),
    ])
      expect((await send(good, signature)).status).toBe(401);
    expect((await stateOf(world, wrong.order_id)).status).toBe('pending');
    expect((await send(stripeEvent('checkout.session.completed', { ...sessionOf(wrong), metadata: {} }))).body).toEqual(
      { message: 'OK' },
    );
    expect((await send(stripeEvent('customer.created', { id: 'cus_1' }))).body).toEqual({ message: 'OK' });
    expect(
      (await send(stripeEvent('checkout.session.completed', { ...sessionOf(wrong), metadata: { order_id: 'FAB_0' } })))
        .status,
    ).toBe(404);
    expect((await send(good)).body).toEqual({ message: 'OK' });
  });
});

describe('coming back from Stripe', () => {
  const comeBack = async (mine: TestOrder, query = '') => {
    const answer = await world.client.get(`/payment/return/${mine.order_id}${query}`);
    expect(answer.status).toBe(303);
    return new URL(answer.headers.get('location') ?? '').searchParams.get('payment_result');
  };
  test('before the notice: Stripe is asked, and the points are there; the notice then is "Already processed"', async () => {
    const mine = await order(world, person, product);
    expect(await comeBack(mine)).toBe('pending');
    expect(await comeBack(mine, '?cancelled=1')).toBe('failed');
    expect((await stateOf(world, mine.order_id)).status).toBe('pending');
    Object.assign(sessionOf(mine), { status: 'complete', payment_status: 'paid' });
    expect(await comeBack(mine)).toBe('success');
    expect(await stateOf(world, mine.order_id)).toMatchObject({ status: 'success', credits: 1 });
    expect((await send(told.completed(mine))).body).toEqual({ message: 'Already processed' });
    expect(await comeBack(mine, '?cancelled=1')).toBe('success');
  });
  test('Stripe away: the buyer still gets to the page', async () => {
    const mine = await order(world, person, product);
    stripe.mishaps.push(500, 500);
    expect(await comeBack(mine)).toBe('pending');
    expect((await world.client.get('/payment/return/FAB_0')).status).toBe(404);
  });
});
