import type Stripe from 'stripe';
import type { Config } from '../../../config.ts';
import { sha256 } from '../../../lib/crypto.ts';
import { fail } from '../../../lib/errors.ts';
import type { Gateway, Notice, Order, RawNotice, Standing } from './provider.ts';

type Settings = Config['payment']['stripe'];

const TIMEOUT_MS = 8_000;
/** The SDK repeats with the same idempotency key, so that a session is never made twice. */
const RETRIES = 1;
const TOLERANCE_SECONDS = 300;
const SIGNATURE = /^t=[1-9]\d{0,11}(?:,v\d=[0-9a-f]{64}){1,10}$/;

/** Loaded when it is first needed: the SDK takes 80 ms and 20 MB, and most installations have no key. */
async function openClient({ secretKey, apiBase }: Settings): Promise<Stripe> {
  const { default: Sdk } = await import('stripe');
  const { protocol, hostname, port } = new URL(apiBase);
  return new Sdk(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port === '' ? {} : { port }),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: RETRIES,
    telemetry: false,
  });
}

/** Stripe Checkout by the official SDK, and the reader of its notices. */
export function openStripe(settings: Settings): {
  gateway: Gateway;
  readNotice(raw: RawNotice, now: Date): Promise<Notice | undefined>;
} {
  let opened: Promise<Stripe> | undefined;
  const client = () => {
    opened ??= openClient(settings);
    return opened;
  };
  const gateway: Gateway = {
    name: 'stripe',
    async createCheckout(order) {
      const stripe = await client();
      try {
        const session = await stripe.checkout.sessions.create(sessionOf(order), { idempotencyKey: order.orderId });
        if (!session.url) throw new Error('a session without an address');
        return { checkoutUrl: session.url, providerRef: session.id };
      } catch (error) {
        throw fail('payment.provider_unavailable', { cause: toldByStripe(error), retryAfterSeconds: 10 });
      }
    },
    // Without a reference the session's address was never given out, so that nobody can have paid there.
    async enquire({ providerRef }) {
      if (providerRef === null) return { kind: 'unknown' };
      const stripe = await client();
      return standingOf(await stripe.checkout.sessions.retrieve(providerRef).catch(rethrow));
    },
    async close({ providerRef }) {
      if (providerRef === null) return;
      const stripe = await client();
      await stripe.checkout.sessions.expire(providerRef).catch(rethrow);
    },
  };
  return {
    gateway,
    readNotice: async (raw, now) => readStripeNotice(await client(), settings.webhookSecrets, raw, now),
  };
}

function sessionOf(order: Order): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    client_reference_id: order.orderId,
    metadata: { order_id: order.orderId },
    payment_intent_data: { metadata: { order_id: order.orderId } },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: order.currency.toLowerCase(),
          unit_amount: order.amount,
          product_data: { name: order.productName },
        },
      },
    ],
    success_url: order.returnUrl,
    cancel_url: order.cancelUrl,
    expires_at: Math.floor(order.expiresAt.getTime() / 1_000),
  };
}

function standingOf(session: Stripe.Checkout.Session): Standing {
  if (session.status === 'open') return { kind: 'open' };
  const about = aboutSession(session);
  if (session.status === 'expired') return { kind: 'cancelled', ...about };
  return { kind: session.payment_status === 'unpaid' ? 'waiting' : 'success', ...about };
}

function aboutSession(session: Stripe.Checkout.Session) {
  const intent = idOf(session.payment_intent);
  return {
    amount: session.amount_total ?? 0,
    ...(session.currency ? { currency: session.currency } : {}),
    ...(intent ? { paymentKey: intent } : {}),
  };
}

function idOf(reference: string | { id: string } | null): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}

/**
 * Reads a notice signed by Stripe (`Stripe-Signature`, scheme `v1`). Undefined: authentic, but about something that is
 * not an order of ours. Throws `payment.bad_signature` (401).
 */
async function readStripeNotice(
  stripe: Stripe,
  secrets: readonly string[],
  { headers, text }: RawNotice,
  now: Date,
): Promise<Notice | undefined> {
  const signature = headers.get('stripe-signature') ?? '';
  // The SDK is generous with what it reads as a number; only what Stripe writes is let through to it.
  if (!SIGNATURE.test(signature)) throw fail('payment.bad_signature');
  for (const secret of secrets) {
    const event = await stripe.webhooks
      .constructEventAsync(text, signature, secret, TOLERANCE_SECONDS, undefined, now.getTime())
      .catch(() => undefined);
    if (event) return noticeOf(event, sha256(text));
  }
  throw fail('payment.bad_signature');
}

function noticeOf(event: Stripe.Event, payloadHash: string): Notice | undefined {
  const { id: eventId } = event;
  const session = (kind: Notice['kind'], object: Stripe.Checkout.Session): Notice | undefined => {
    const orderId = object.metadata?.order_id;
    return orderId ? { provider: 'stripe', eventId, payloadHash, orderId, kind, ...aboutSession(object) } : undefined;
  };
  switch (event.type) {
    case 'checkout.session.completed':
      return session(event.data.object.payment_status === 'unpaid' ? 'waiting' : 'success', event.data.object);
    case 'checkout.session.async_payment_succeeded':
      return session('success', event.data.object);
    case 'checkout.session.async_payment_failed':
      return session('failed', event.data.object);
    case 'checkout.session.expired':
      return session('cancelled', event.data.object);
    case 'charge.refunded': {
      const { metadata, amount_refunded: amount, currency, payment_intent: intent } = event.data.object;
      const orderId = metadata.order_id;
      if (!orderId) return undefined;
      const paymentKey = idOf(intent);
      // Stripe tells the sum of all refunds, so that a notice that comes late or twice changes nothing.
      const refund = { ref: `total:${amount}`, total: true };
      return {
        provider: 'stripe',
        eventId,
        payloadHash,
        orderId,
        kind: 'refund',
        amount,
        currency,
        refund,
        ...(paymentKey ? { paymentKey } : {}),
      };
    }
    default:
      return undefined;
  }
}

/** The SDK's errors carry headers and raw bodies, and Stripe's sentences may name keys; the log needs neither. */
function toldByStripe(error: unknown): Error {
  const sentence = error instanceof Error ? error.message : String(error);
  return new Error(`Stripe: ${sentence.replace(/\b[rs]k_\w+/g, '[key]').slice(0, 300)}`);
}

function rethrow(error: unknown): never {
  throw toldByStripe(error);
}
