import { describe, expect, test } from 'bun:test';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { AppError } from '../../../src/lib/errors.ts';
import { readStandardNotice, signNotice } from '../../../src/modules/payments/providers/standard-webhooks.ts';

const oldSecret = `whsec_${Buffer.alloc(24, 'old').toString('base64')}`;
const newSecret = `whsec_${Buffer.alloc(32, 'new').toString('base64')}`;
const at = new Date('2026-03-01T00:00:00.400Z');
const body = JSON.stringify({
  payment_key: 'k',
  order_id: 'FAB_1',
  status: 'success',
  amount: 10_000,
  transaction_data: { 이름: '미나' },
});

type Signed = { id: string; time: string; signature: string; text: string };
const signed = (secret = newSecret, text = body): Signed => {
  const headers = signNotice(secret, 'msg_1', at, text);
  return {
    id: headers['webhook-id'],
    time: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    text,
  };
};
const read = ({ id, time, signature, text }: Signed, secrets = [newSecret], now = at) =>
  readStandardNotice(
    { headers: new Headers({ 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature }), text },
    secrets,
    now,
  );
/** The code of the refusal; undefined for a notice that is believed. */
const refusal = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return undefined;
};

describe('Standard Webhooks', () => {
  test('what a sender signs by the published scheme is believed, with every field', () => {
    const key = Buffer.from(newSecret.slice(6), 'base64');
    const time = String(Math.floor(at.getTime() / 1_000));
    const signature = `v1,${createHmac('sha256', key).update(`msg_1.${time}.${body}`).digest('base64')}`;
    expect(signed().signature).toBe(signature);
    expect(read({ id: 'msg_1', time, signature, text: body })).toMatchObject({
      eventId: 'msg_1',
      orderId: 'FAB_1',
      kind: 'success',
      amount: 10_000,
      paymentKey: 'k',
    });
    expect(() => new Webhook(newSecret).sign('msg_1', at, body)).not.toThrow();
  });

  test('while a secret is changed, both are believed; a third and the withdrawn one are not', () => {
    for (const secret of [oldSecret, newSecret])
      expect(refusal(() => read(signed(secret), [newSecret, oldSecret]))).toBeUndefined();
    const several = {
      ...signed(oldSecret),
      signature: `${signed(oldSecret).signature} ${signed(newSecret).signature}`,
    };
    expect(refusal(() => read(several, [newSecret]))).toBeUndefined();
    expect(refusal(() => read(signed(oldSecret), [newSecret]))).toBe('payment.bad_signature');
    expect(refusal(() => read(signed(), []))).toBe('payment.bad_signature');
  });

  test.each([
    [0, undefined],
    [299, undefined],
    [-299, undefined],
    [301, 'payment.bad_signature'],
    [-302, 'payment.bad_signature'],
    [86_400, 'payment.bad_signature'],
  ])('read %p seconds after it was sent: %p', (seconds, expected) => {
    const now = new Date(at.getTime() + seconds * 1_000);
    expect(refusal(() => read(signed(), [newSecret], now))).toBe(expected as string | undefined);
  });

  test('forms that the package alone would let through', () => {
    const good = signed();
    const forms: Partial<Signed>[] = [
      { time: `${good.time}abc` },
      { time: `0${good.time}` },
      { time: ` ${good.time}.0` },
      { time: `${good.time}e0` },
      { signature: `${good.signature},x` },
      { signature: good.signature.replace('v1,', 'v2,') },
      { signature: good.signature.replace('v1,', 'V1,') },
      { signature: good.signature.slice(3) },
      { signature: good.signature.replace('=', '') },
      { text: `\ufeff${good.text}` },
      { text: `${good.text} ` },
      { id: '' },
      { signature: '' },
      { time: '' },
    ];
    for (const form of forms)
      expect(
        refusal(() => read({ ...good, ...form })),
        JSON.stringify(form),
      ).toBe('payment.bad_signature');
    const shifted = { id: `msg_1.${good.time}`, time: good.time, signature: good.signature, text: good.text };
    expect(refusal(() => read(shifted))).toBe('payment.bad_signature');
    expect(refusal(() => readStandardNotice({ headers: new Headers(), text: body }, [newSecret], at))).toBe(
      'payment.bad_signature',
    );
  });

  test('no mutation of body, id, time or signature is believed', () => {
    const good = signed();
    let tried = 0;
    const one = { minLength: 1, maxLength: 1 };
    const character = fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'grapheme-ascii', ...one }) },
      fc.string({ unit: 'binary', ...one }),
    );
    const change = fc.record({
      field: fc.constantFrom('id', 'time', 'signature', 'text' as const),
      at: fc.nat(),
      how: fc.constantFrom('replace', 'insert', 'delete', 'swap', 'cut' as const),
      character,
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const mutated = { ...good };
        for (const { field, at: place, how, character: by } of changes) {
          const value = mutated[field];
          const i = place % (value.length + 1);
          if (how === 'replace') mutated[field] = value.slice(0, i) + by + value.slice(i + 1);
          if (how === 'insert') mutated[field] = value.slice(0, i) + by + value.slice(i);
          if (how === 'delete') mutated[field] = value.slice(0, i) + value.slice(i + 1);
          if (how === 'cut') mutated[field] = value.slice(0, i);
          if (how === 'swap') mutated[field] = value.slice(i) + value.slice(0, i);
        }
        // A header is what remains of it on the wire; what cannot be sent at all is no test.
        if (/[^\x20-\x7e]/.test(mutated.id + mutated.time + mutated.signature)) return;
        const onWire = {
          ...mutated,
          id: mutated.id.trim(),
          time: mutated.time.trim(),
          signature: mutated.signature.trim(),
        };
        if (JSON.stringify(onWire) === JSON.stringify(good)) return;
        // Among several signatures one good one is enough; that is the scheme.
        if (
          onWire.signature.split(' ').includes(good.signature) &&
          onWire.id === good.id &&
          onWire.time === good.time &&
          onWire.text === good.text
        )
          return;
        tried += 1;
        expect(refusal(() => read(onWire))).toBe('payment.bad_signature');
      }),
      { numRuns: 3_000 },
    );
    expect(tried).toBeGreaterThan(1_500);
  });

  test.each([
    ['{', 'http.malformed_json'],
    ['[]', 'http.invalid'],
    ['null', 'http.invalid'],
    [JSON.stringify({ ...JSON.parse(body), amount: 1.5 }), 'http.invalid'],
    [JSON.stringify({ ...JSON.parse(body), amount: -1 }), 'http.invalid'],
    [JSON.stringify({ ...JSON.parse(body), amount: '10000' }), 'http.invalid'],
    [JSON.stringify({ ...JSON.parse(body), payment_key: '' }), 'http.invalid'],
    [JSON.stringify({ ...JSON.parse(body), transaction_data: null }), 'http.invalid'],
    [JSON.stringify({ ...JSON.parse(body), transaction_data: undefined }), 'http.invalid'],
    [JSON.stringify({ ...JSON.parse(body), status: 'SUCCESS' }), 'payment.unknown_status'],
    [JSON.stringify({ ...JSON.parse(body), status: '__proto__' }), 'payment.unknown_status'],
    [JSON.stringify({ ...JSON.parse(body), status: 'pending' }), 'payment.unknown_status'],
  ])('signed but wrong: %s', (text, code) => {
    expect(refusal(() => read(signed(newSecret, text)))).toBe(code);
  });
});
