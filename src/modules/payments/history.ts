import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { findByPaymentId, listPayments, type PaymentRow } from './order-queries.ts';
import type { HistoryView, PaymentView } from './schema.ts';

/**
 * A user's orders, newest first. `total_amount` is what was paid and not given back, of all of them and not only of this
 * page.
 */
export async function listHistory(
  ctx: Ctx,
  { userId }: Member,
  page: { limit: number; offset: number },
): Promise<HistoryView> {
  const { rows, totalCount, totalAmount } = await listPayments(ctx.db.pool, userId, page);
  return { payments: rows.map(paymentView), total_count: totalCount, total_amount: totalAmount };
}

/** One order. Throws `payment.not_found` (404), also for somebody else's. */
export async function getPayment(ctx: Ctx, { userId }: Member, id: string): Promise<PaymentView> {
  const row = await findByPaymentId(ctx.db.pool, id);
  if (row?.userId !== userId) throw fail('payment.not_found');
  return paymentView(row);
}

function paymentView(row: PaymentRow): PaymentView {
  return {
    id: row.id,
    user_id: row.userId,
    product_id: row.productId,
    product_name: row.productName,
    amount: row.amount,
    currency: row.currency,
    point_amount: row.points,
    status: row.status,
    refunded_amount: row.refundedAmount,
    payment_method: row.method,
    order_id: row.orderId,
    paid_at: row.paidAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  };
}
