import { Webhook } from 'standardwebhooks';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { sameText, sha256 } from '../../../lib/crypto.ts';
import { fail } from '../../../lib/errors.ts';
import type { Notice, RawNotice } from './provider.ts';

/** How far the sender's clock may be off, either way (Standard Webhooks, "Timestamp verification"). */
const TOLERANCE_SECONDS = 300;
const MAX_SIGNATURES = 10;

/** The body of the contract. Keys that we do not know stay unread. */
const Body = Type.Object({
  payment_key: Type.String({ minLength: 1, maxLength: 255 }),
  order_id: Type.String({ minLength: 1, maxLength: 200 }),
  status: Type.String({ maxLength: 50 }),
  amount: Type.Integer({ minimum: 0, maximum: 2_000_000_000 }),
  currency: Type.Optional(Type.Union([Type.String({ maxLength: 10 }), Type.Null()])),
  transaction_data: Type.Record(Type.String(), Type.Unknown()),
});
const body = Compile(Body);

const kinds = new Map<string, Notice['kind']>([
  ['success', 'success'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['expired', 'cancelled'],
  ['refunded', 'refund'],
  ['refund', 'refund'],
]);

export type SignedHeaders = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };

/** Signs a notice as its sender does (Standard Webhooks, symmetric scheme `v1`). */
export function signNotice(secret: string, id: string, at: Date, payload: string): SignedHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, payload),
  };
}

/**
 * Reads a signed notice. Any of the secrets may have signed it, so that they can be changed without a gap. Throws
 * `payment.bad_signature` (401) before anything of the body is looked at, then `http.malformed_json` (400),
 * `http.invalid` and `payment.unknown_status` (422).
 */
export function readStandardNotice(raw: RawNotice, secrets: readonly string[], now: Date): Notice {
  const id = verify(raw, secrets, now);
  const value = parse(raw.text);
  if (!body.Check(value)) {
    const problem = body.Errors(value)[0];
    throw fail('http.invalid', {
      params: { problem: `${problem?.instancePath.slice(1) ?? ''} ${problem?.message ?? ''}`.trim() },
    });
  }
  const kind = kinds.get(value.status);
  if (!kind) throw fail('payment.unknown_status');
  const { message, currency, refund_id: refundId } = value.transaction_data;
  const named = value.currency ?? (typeof currency === 'string' ? currency : undefined);
  return {
    provider: 'generic',
    eventId: id,
    payloadHash: sha256(raw.text),
    orderId: value.order_id,
    kind,
    amount: value.amount,
    paymentKey: value.payment_key,
    ...(named === undefined ? {} : { currency: named }),
    ...(typeof message === 'string' ? { reason: message.slice(0, 300) } : {}),
    ...(kind === 'refund'
      ? { refund: { ref: typeof refundId === 'string' ? refundId.slice(0, 255) : id, total: false } }
      : {}),
  };
}

/**
 * The package's own `verify` reads `12abc` as the time 12 and `v1,x,y` as the signature `v1,x`; here only what is
 * written exactly as a sender writes it counts, and the time is the clock's.
 */
function verify({ headers, text }: RawNotice, secrets: readonly string[], now: Date): string {
  const id = headers.get('webhook-id') ?? '';
  const seconds = headers.get('webhook-timestamp') ?? '';
  const signatures = (headers.get('webhook-signature') ?? '').split(' ');
  // A dot in the id would let a part of it be taken for the time.
  const wellFormed = /^[\x21-\x2d\x2f-\x7e]{1,200}$/.test(id) && /^[1-9]\d{0,11}$/.test(seconds);
  if (!wellFormed || signatures.length > MAX_SIGNATURES) throw fail('payment.bad_signature');
  if (Math.abs(now.getTime() / 1_000 - Number(seconds)) > TOLERANCE_SECONDS) throw fail('payment.bad_signature');
  const sentAt = new Date(Number(seconds) * 1_000);
  let matches = false;
  for (const secret of secrets) {
    const expected = new Webhook(secret).sign(id, sentAt, text);
    for (const signature of signatures) matches = sameText(signature, expected) || matches;
  }
  if (!matches) throw fail('payment.bad_signature');
  return id;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fail('http.malformed_json');
  }
}
