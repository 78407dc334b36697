import { expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { AppError } from '../../../src/lib/errors.ts';
import { openStripe } from '../../../src/modules/payments/providers/stripe.ts';

const at = new Date('2026-03-01T00:00:00.400Z');

const secret = 'whsec_stripe_test';
const text = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'checkout.session.expired',
  data: { object: { metadata: { order_id: 'FAB_1' }, amount_total: 5, currency: 'krw' } },
});
const seconds = Math.floor(at.getTime() / 1_000);
const hex = (payload: string, key = secret) => createHmac('sha256', key).update(`${seconds}.${payload}`).digest('hex');
const stripe = openStripe({
  secretKey: 'sk_test_x',
  webhookSecrets: [secret, 'whsec_older'],
  apiBase: 'http://127.0.0.1:9',
});
const answer = (header: string, payload = text, now = at) =>
  stripe.readNotice({ headers: new Headers(header ? { 'stripe-signature': header } : {}), text: payload }, now).then(
    () => 'believed',
    (error: AppError) => error.code,
  );

test('signed by the published scheme with either secret; forms, times and bodies that are not', async () => {
  const good = hex(text);
  expect(await answer(`t=${seconds},v1=${good}`)).toBe('believed');
  expect(await answer(`t=${seconds},v1=${hex(text, 'whsec_older')}`)).toBe('believed');
  expect(await answer(`t=${seconds},v1=${'0'.repeat(64)},v1=${good},v0=${'1'.repeat(64)}`)).toBe('believed');
  const bad = [
    '',
    't=',
    `v1=${good}`,
    `t=${seconds}`,
    `t=${seconds},v0=${good}`,
    `t=${seconds},v1=${good.toUpperCase()}`,
    `t=${seconds}x,v1=${good}`,
    `t=0${seconds},v1=${good}`,
    `t=${seconds + 1},v1=${good}`,
    `t=${seconds},v1=${hex(text, 'whsec_x')}`,
    `t=${seconds},v1=${good},x`,
  ];
  for (const header of bad) expect(await answer(header), header).toBe('payment.bad_signature');
  for (const payload of [`${text} `, `\ufeff${text}`, text.replace('5', '6')])
    expect(await answer(`t=${seconds},v1=${good}`, payload)).toBe('payment.bad_signature');
  expect(await answer(`t=${seconds},v1=${good}`, text, new Date(at.getTime() + 302_000))).toBe('payment.bad_signature');
});

test('no mutation is believed', async () => {
  const header = `t=${seconds},v1=${hex(text)}`;
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.nat(),
      fc.string({ unit: 'grapheme-ascii', minLength: 0, maxLength: 2 }),
      async (inBody, place, by) => {
        const cut = (value: string) =>
          value.slice(0, place % value.length) + by + value.slice((place % value.length) + 1);
        const [h, t] = inBody ? [header, cut(text)] : [cut(header).trim(), text];
        if (h === header && t === text) return;
        tried += 1;
        expect(await answer(h, t)).toBe('payment.bad_signature');
      },
    ),
    { numRuns: 600 },
  );
  expect(tried).toBeGreaterThan(500);
});
