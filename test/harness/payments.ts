import { sql } from 'drizzle-orm';
import { Webhook } from 'standardwebhooks';
import { createProduct } from '../../src/modules/payments/products.ts';
import type { Answer, Client } from './client.ts';
import type { Person } from './people.ts';
import type { World } from './world.ts';

export type TestProduct = Awaited<ReturnType<typeof createProduct>>;
export type TestOrder = { order_id: string; checkout_url: string; amount: number };
export type NoticeBody = Record<string, unknown> & { order_id: string };

/** A product for sale: 10,000 KRW for 1,000 points and 100 as a bonus, unless said otherwise. */
export function sell(world: World, change: Partial<Parameters<typeof createProduct>[1]> = {}): Promise<TestProduct> {
  return createProduct(world.ctx, {
    name: 'Test product',
    price: 10_000,
    point_amount: 1_000,
    bonus_point: 100,
    ...change,
  });
}

export async function order(world: World, person: Person, product: TestProduct): Promise<TestOrder> {
  const answer = await world.client.post('/payment/checkout', { product_id: product.id }, { token: person.token });
  if (answer.status !== 200) throw new Error(`checkout: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** The body that a gateway sends. */
export function noticeOf({ order_id, amount }: TestOrder, change: Record<string, unknown> = {}): NoticeBody {
  return { payment_key: `key_${order_id}`, order_id, status: 'success', amount, transaction_data: {}, ...change };
}

type Signing = { id?: string; at?: Date; secret?: string; headers?: Record<string, string> };

/** Sends a notice signed as Standard Webhooks says. */
export function sendNotice(
  world: World,
  body: NoticeBody | string,
  signing: Signing = {},
  client: Client = world.client,
): Promise<Answer> {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const { id = `msg_${crypto.randomUUID()}`, at = world.clock.now() } = signing;
  const secret = signing.secret ?? (world.ctx.config.payment.webhookSecrets[0] as string);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, raw),
    ...signing.headers,
  };
  return client.post('/payment/webhook', undefined, {
    raw,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export type OrderState = {
  status: string;
  refunded: number;
  /** Ledger rows of this order, and their sum. */
  credits: number;
  credited: number;
  /** What the claw-back jobs of this order were told to take, done or not. */
  toTakeBack: number;
  receipts: number;
  verdicts: string[];
};

/** All that an order left in the database, jobs that wait included. */
export async function stateOf(world: World, orderId: string): Promise<OrderState> {
  const [row] = await world.ctx.db.pool.execute<Record<string, string> & { verdicts: string[] | null }>(sql`
    select p.status, p.refunded_amount as refunded,
      (select count(*) from point_ledger l where l.reference_type = 'payment' and l.reference_id = p.id::text and l.type = 'charge') as credits,
      (select coalesce(sum(l.delta), 0) from point_ledger l where l.reference_type = 'payment' and l.reference_id = p.id::text and l.type = 'charge') as credited,
      (select coalesce(sum((j.payload->>'amountPoints')::int), 0) from graphile_worker._private_jobs j
        join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = 'points.claw_back' and j.payload->>'referenceId' = p.id::text) as to_take_back,
      (select count(*) from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = 'mail.receipt' and j.payload->>'paymentId' = p.id::text) as receipts,
      (select array_agg(e.verdict order by e.received_at, e.id) from payment_events e where e.payment_id = p.id) as verdicts
    from payments p where p.order_id = ${orderId}`);
  if (!row) throw new Error('no such order');
  return {
    status: String(row.status),
    refunded: Number(row.refunded),
    credits: Number(row.credits),
    credited: Number(row.credited),
    toTakeBack: Number(row.to_take_back),
    receipts: Number(row.receipts),
    verdicts: row.verdicts ?? [],
  };
}
