import { createHmac } from 'node:crypto';

const STRIPE_SECRET = 'whsec_scripted_stripe';

type Session = {
  id: string;
  object: 'checkout.session';
  url: string | null;
  status: 'open' | 'complete' | 'expired';
  payment_status: 'paid' | 'unpaid';
  amount_total: number;
  currency: string;
  metadata: { order_id: string };
  client_reference_id: string;
  payment_intent: string | null;
};

type Call = {
  method: string;
  path: string;
  key: string | null;
  authorization: string | null;
  params: Record<string, string>;
};

/** What the server does with its next requests, one each: answer that status, or lose the answer. Then it works. */
type Mishap = number | 'lost';

/**
 * A Stripe that knows Checkout Sessions as Stripe's API reference describes them: form-encoded requests, sessions by
 * idempotency key, errors as `{error: {type, message}}`.
 */
export function scriptStripe() {
  const calls: Call[] = [];
  const mishaps: Mishap[] = [];
  const sessions = new Map<string, Session>();
  const byKey = new Map<string, { body: string; session: Session }>();
  const error = (status: number, type: string, message: string) =>
    Response.json({ error: { type, message } }, { status });

  function create(key: string | null, body: string): Response {
    const known = key === null ? undefined : byKey.get(key);
    if (known && known.body !== body)
      return error(400, 'idempotency_error', 'Keys for idempotent requests can only be used with the same parameters');
    if (known) return Response.json(known.session);
    const params = new URLSearchParams(body);
    const id = `cs_test_${sessions.size + 1}`;
    const session: Session = {
      ...{
        id,
        object: 'checkout.session',
        url: `https://checkout.stripe.example/c/${id}`,
        status: 'open',
        payment_status: 'unpaid',
      },
      amount_total: Number(params.get('line_items[0][price_data][unit_amount]')),
      currency: params.get('line_items[0][price_data][currency]') ?? '',
      metadata: { order_id: params.get('metadata[order_id]') ?? '' },
      client_reference_id: params.get('client_reference_id') ?? '',
      payment_intent: null,
    };
    sessions.set(id, session);
    if (key !== null) byKey.set(key, { body, session });
    return Response.json(session);
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const body = await request.text();
      const key = request.headers.get('idempotency-key');
      calls.push({
        method: request.method,
        path: pathname,
        key,
        authorization: request.headers.get('authorization'),
        params: Object.fromEntries(new URLSearchParams(body)),
      });
      const mishap = mishaps.shift();
      // The session is made, but the client does not get to know it.
      if (mishap === 'lost') {
        create(key, body);
        return error(502, 'api_error', 'bad gateway');
      }
      if (mishap !== undefined) return error(mishap, 'api_error', 'no to sk_test_scripted');
      if (request.method === 'POST' && pathname === '/v1/checkout/sessions') return create(key, body);
      const [, id = '', action] = /^\/v1\/checkout\/sessions\/(cs_test_\d+)(?:\/(expire))?$/.exec(pathname) ?? [];
      const session = sessions.get(id);
      if (!session) return error(404, 'invalid_request_error', 'No such checkout session');
      if (action === 'expire') {
        if (session.status !== 'open')
          return error(400, 'invalid_request_error', 'Only Checkout Sessions with a status in ["open"] can be expired');
        Object.assign(session, { status: 'expired', url: null });
      }
      return Response.json(session);
    },
  });

  return {
    url: server.url.href.replace(/\/$/, ''),
    calls,
    mishaps,
    sessions,
    env: () => ({
      STRIPE_SECRET_KEY: 'sk_test_scripted',
      STRIPE_WEBHOOK_SECRET: STRIPE_SECRET,
      STRIPE_API_BASE: server.url.href,
    }),
    stop: () => server.stop(true),
  };
}

export type ScriptedStripe = ReturnType<typeof scriptStripe>;

let events = 0;

/** An event as Stripe sends it. */
export function stripeEvent(type: string, object: object): string {
  events += 1;
  return JSON.stringify({
    id: `evt_${events}_${crypto.randomUUID()}`,
    object: 'event',
    type,
    created: 1,
    livemode: false,
    data: { object },
  });
}

/** `Stripe-Signature` by the published scheme: HMAC-SHA256 over `t.payload` with the endpoint's secret. */
export function stripeSignature(payload: string, at: Date, secret = STRIPE_SECRET): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex')}`;
}
