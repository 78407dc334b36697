import { and, count, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { payments } from '../../db/tables/payments.ts';

export type PaymentRow = typeof payments.$inferSelect;

export async function findByOrderId(db: Db, orderId: string): Promise<PaymentRow | undefined> {
  return (await db.select().from(payments).where(eq(payments.orderId, orderId)))[0];
}

export async function findByPaymentId(db: Db, id: string): Promise<PaymentRow | undefined> {
  return (await db.select().from(payments).where(eq(payments.id, id)))[0];
}

export async function findByIdempotencyKey(db: Db, userId: string, key: string): Promise<PaymentRow | undefined> {
  const rows = await db
    .select()
    .from(payments)
    .where(and(eq(payments.userId, userId), eq(payments.idempotencyKey, key)));
  return rows[0];
}

type NewOrder = Pick<
  PaymentRow,
  | 'id'
  | 'orderId'
  | 'userId'
  | 'provider'
  | 'method'
  | 'returnUrl'
  | 'idempotencyKey'
  | 'requestHash'
  | 'createdAt'
  | 'expiresAt'
>;

/**
 * One statement: the order exists if and only if the product is for sale at that moment, and it has that moment's price.
 * False when it is not for sale, or when the user's idempotency key is taken.
 */
export async function insertOrder(db: Db, productId: string, order: NewOrder): Promise<boolean> {
  const rows = await db.execute(sql`
    insert into payments (
      id, order_id, user_id, product_id, product_name, amount, currency, points, status,
      provider, method, return_url, idempotency_key, request_hash, created_at, expires_at)
    select
      ${order.id}::uuid, ${order.orderId}, ${order.userId}::uuid, p.id, p.name, p.price, p.currency,
      p.points + p.bonus_points, 'pending', ${order.provider}, ${order.method}, ${order.returnUrl},
      ${order.idempotencyKey}, ${order.requestHash}, ${order.createdAt.toISOString()}::timestamptz,
      ${order.expiresAt.toISOString()}::timestamptz
    from payment_products p
    where p.id = ${productId}::uuid and p.is_active
    on conflict (user_id, idempotency_key) do nothing
    returning id`);
  return rows.length === 1;
}

/** Notes where the order can be paid. The first answer stays: twins were given the same one. */
export async function saveCheckout(
  db: Db,
  id: string,
  checkout: { checkoutUrl: string; providerRef?: string },
): Promise<void> {
  await db
    .update(payments)
    .set(checkout)
    .where(and(eq(payments.id, id), isNull(payments.checkoutUrl)));
}

/** One page of a user's orders, newest first, how many there are, and what was paid and kept of all of them. */
export async function listPayments(
  db: Db,
  userId: string,
  page: { limit: number; offset: number },
): Promise<{ rows: PaymentRow[]; totalCount: number; totalAmount: number }> {
  const rows = await db
    .select()
    .from(payments)
    .where(eq(payments.userId, userId))
    .orderBy(desc(payments.createdAt), desc(payments.id))
    .limit(page.limit)
    .offset(page.offset);
  const [totals] = await db
    .select({
      totalCount: count(),
      totalAmount: sql<string>`coalesce(sum(amount - refunded_amount) filter (where status = 'success'), 0)`,
    })
    .from(payments)
    .where(eq(payments.userId, userId));
  return { rows, totalCount: totals?.totalCount ?? 0, totalAmount: Number(totals?.totalAmount ?? 0) };
}
