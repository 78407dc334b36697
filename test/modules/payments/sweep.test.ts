import { afterEach, beforeEach, expect, test } from 'bun:test';
import { sweepOrders } from '../../../src/modules/payments/sweep.ts';
import { noticeOf, order, sell, sendNotice, stateOf, type TestProduct } from '../../harness/payments.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { type ScriptedStripe, scriptStripe } from './scripted-stripe.ts';

let stripe: ScriptedStripe;
let world: World;
let person: Person;
let product: TestProduct;

async function open(env: Record<string, string>): Promise<void> {
  world = await createWorld({ env });
  person = await signUp(world);
  product = await sell(world);
}
beforeEach(() => {
  stripe = scriptStripe();
});
afterEach(async () => {
  await world.close();
  await stripe.stop();
});

const newOrder = () => order(world, person, product);
const sessionOf = (orderId: string) =>
  [...stripe.sessions.values()].find(({ metadata }) => metadata.order_id === orderId)!;
const statusOf = async ({ order_id }: { order_id: string }) => (await stateOf(world, order_id)).status;

test('an order that nobody paid ends a while after its hour; a notice in its last second still counts', async () => {
  await open({});
  const [left, paid] = [await newOrder(), await newOrder()];
  world.clock.advance(3_590);
  expect(await sweepOrders(world.ctx)).toEqual({ asked: 2, expired: 0 });
  expect(await sweepOrders(world.ctx)).toEqual({ asked: 0, expired: 0 });
  world.clock.advance(600);
  expect((await sendNotice(world, noticeOf(paid))).body).toEqual({ message: 'OK' });
  expect((await sweepOrders(world.ctx)).expired).toBe(0);
  world.clock.advance(601);
  expect(await sweepOrders(world.ctx)).toEqual({ asked: 1, expired: 1 });
  expect([await statusOf(left), await statusOf(paid)]).toEqual(['cancelled', 'success']);
  // Money for it would now be a matter for a person.
  expect((await sendNotice(world, noticeOf(left))).body).toEqual({ message: 'Already processed' });
  expect(await stateOf(world, left.order_id)).toMatchObject({ credits: 0, verdicts: ['late_success'] });
});

test('Stripe is asked about old orders: paid ones are credited, whose notice never came', async () => {
  await open(stripe.env());
  const [paid, waiting, expired, untouched] = [await newOrder(), await newOrder(), await newOrder(), await newOrder()];
  Object.assign(sessionOf(paid.order_id), { status: 'complete', payment_status: 'paid', payment_intent: 'pi_9' });
  Object.assign(sessionOf(waiting.order_id), { status: 'complete', payment_status: 'unpaid' });
  Object.assign(sessionOf(expired.order_id), { status: 'expired' });
  expect(await sweepOrders(world.ctx)).toEqual({ asked: 0, expired: 0 });
  world.clock.advance(601);
  await Promise.all([sweepOrders(world.ctx), sweepOrders(world.ctx)]);
  expect(await Promise.all([paid, waiting, expired, untouched].map(statusOf))).toEqual([
    'success',
    'pending',
    'cancelled',
    'pending',
  ]);
  expect(await stateOf(world, paid.order_id)).toMatchObject({ credits: 1, credited: 1_100, receipts: 1 });
  // The hour is over: the open session is closed at Stripe before it is ended here; money under way is waited for.
  world.clock.advance(4_600);
  expect(await sweepOrders(world.ctx)).toEqual({ asked: 2, expired: 1 });
  expect(stripe.calls.at(-1)!.path).toEndWith('/expire');
  expect(sessionOf(untouched.order_id).status).toBe('expired');
  expect(await Promise.all([waiting, untouched].map(statusOf))).toEqual(['pending', 'cancelled']);
  Object.assign(sessionOf(waiting.order_id), { payment_status: 'paid' });
  world.clock.advance(86_400);
  await sweepOrders(world.ctx);
  expect(await statusOf(waiting)).toBe('success');
});

test('while Stripe does not answer no order ends, and one whose session is paid in the last moment is not ended', async () => {
  await open(stripe.env());
  const [first, second] = [await newOrder(), await newOrder()];
  world.clock.advance(5_000);
  stripe.mishaps.push(500, 500, 500, 500);
  expect(await sweepOrders(world.ctx)).toEqual({ asked: 2, expired: 0 });
  expect([await statusOf(first), await statusOf(second)]).toEqual(['pending', 'pending']);
  world.clock.advance(601);
  // Open when it was asked about, paid when it was to be closed.
  const { id } = sessionOf(first.order_id);
  const session = stripe.sessions.get(id)!;
  let looks = 0;
  Object.defineProperty(session, 'status', {
    enumerable: true,
    configurable: true,
    get: () => (looks++ === 0 ? 'open' : 'complete'),
  });
  expect((await sweepOrders(world.ctx)).expired).toBe(1);
  expect([await statusOf(first), await statusOf(second)]).toEqual(['pending', 'cancelled']);
  Object.assign(session, { payment_status: 'paid' });
  world.clock.advance(601);
  await sweepOrders(world.ctx);
  expect(await statusOf(first)).toBe('success');
});
