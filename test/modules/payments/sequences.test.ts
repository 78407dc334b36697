import { afterAll, beforeAll, expect, test } from 'bun:test';
import fc from 'fast-check';
import { decide, pointsOfRefund } from '../../../src/modules/payments/decide.ts';
import {
  type NoticeBody,
  noticeOf,
  order,
  sell,
  sendNotice,
  stateOf,
  type TestProduct,
} from '../../harness/payments.ts';
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

const kinds = ['success', 'failed', 'refund', 'duplicate'] as const;
type Kind = (typeof kinds)[number];

const AMOUNT = 10_000;
const POINTS = 1_100;
/** Two of them are not the whole, a third would be more. */
const REFUND = 4_000;

/** What should happen, told without any code of the product. */
function model(sequence: Kind[]): { answers: (string | number)[]; status: string; refunded: number; late: number } {
  const state = { answers: [] as (string | number)[], status: 'pending', refunded: 0, late: 0 };
  for (const kind of sequence) {
    const previous = state.answers.at(-1);
    if (kind === 'duplicate') {
      const nothing = previous === undefined || previous === 'nothing to repeat';
      state.answers.push(nothing ? 'nothing to repeat' : previous === 422 ? 422 : 'Already processed');
    } else if (kind === 'refund') {
      const fits = state.refunded + REFUND <= AMOUNT;
      if (fits) state.refunded += REFUND;
      state.answers.push(fits ? 'OK' : 422);
    } else if (state.status === 'pending') {
      state.status = kind;
      state.answers.push('OK');
    } else {
      if (kind === 'success' && state.status === 'failed') state.late += 1;
      state.answers.push('Already processed');
    }
  }
  return state;
}

async function play(sequence: Kind[]): Promise<{ orderId: string; answers: (string | number)[] }> {
  const mine = await order(world, person, product);
  const answers: (string | number)[] = [];
  let previous: { body: NoticeBody; id: string } | undefined;
  for (const kind of sequence) {
    if (kind !== 'duplicate')
      previous = {
        id: `msg_${crypto.randomUUID()}`,
        body: noticeOf(mine, kind === 'refund' ? { status: 'refunded', amount: REFUND } : { status: kind }),
      };
    if (!previous) {
      answers.push('nothing to repeat');
      continue;
    }
    const answer = await sendNotice(world, previous.body, { id: previous.id });
    answers.push(answer.status === 200 ? answer.body.message : answer.status);
  }
  return { orderId: mine.order_id, answers };
}

function sequencesOf(length: number): Kind[][] {
  return length === 0 ? [[]] : sequencesOf(length - 1).flatMap((rest) => kinds.map((kind) => [...rest, kind]));
}

test('every sequence of up to four notices ends as the model says: credited once or never, taken back what was refunded', async () => {
  const all = [1, 2, 3, 4].flatMap(sequencesOf);
  expect(all.length).toBe(340);
  const queue = [...all];
  let credited = 0;
  const worker = async () => {
    for (let sequence = queue.pop(); sequence; sequence = queue.pop()) {
      const expected = model(sequence);
      const name = sequence.join(' ');
      const { orderId, answers } = await play(sequence);
      expect(answers, name).toEqual(expected.answers);
      const state = await stateOf(world, orderId);
      const paid = expected.status === 'success';
      credited += state.credits;
      expect({ ...state, verdicts: undefined }, name).toEqual({
        ...{ status: expected.status, refunded: expected.refunded, verdicts: undefined },
        ...{ credits: paid ? 1 : 0, credited: paid ? POINTS : 0, receipts: paid ? 1 : 0 },
        toTakeBack: paid ? Math.floor((POINTS * expected.refunded) / AMOUNT) : 0,
      });
      expect(state.verdicts.filter((verdict) => verdict === 'late_success').length, name).toBe(expected.late);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  expect(credited).toBe(all.filter((sequence) => model(sequence).status === 'success').length);
  expect(credited).toBeGreaterThan(100);
}, 60_000);

test('refunds of the whole price take back exactly all points, in however many parts', () => {
  const price = fc.integer({ min: 1, max: 100_000_000 });
  fc.assert(
    fc.property(
      price,
      fc.integer({ min: 1, max: 20_000_000 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
      (amount, points, cuts) => {
        const places = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * amount)), amount])].sort((a, b) => a - b);
        let taken = 0;
        for (const [index, place] of places.slice(1).entries()) {
          const before = places[index]!;
          const part = pointsOfRefund({ amount, points, refundedAmount: before }, place - before);
          expect(part).toBeGreaterThanOrEqual(0);
          taken += part;
          expect(taken).toBeLessThanOrEqual(Math.ceil((points * place) / amount));
        }
        expect(taken).toBe(points);
      },
    ),
  );
});

test('a total that a provider tells is right in any order', () => {
  const order = { status: 'success' as const, amount: 100, currency: 'KRW', refundedAmount: 40 };
  const told = (amount: number) =>
    decide(order, { kind: 'refund', amount, currency: 'krw', refund: { ref: `total:${amount}`, total: true } });
  expect(told(70)).toEqual({ verdict: 'refunded', amount: 30 });
  expect(told(40)).toEqual({ verdict: 'already_processed' });
  expect(told(10)).toEqual({ verdict: 'already_processed' });
  expect(told(101)).toEqual({ verdict: 'refund_mismatch' });
});
