import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import { enquireOrder } from './enquire.ts';
import { findByOrderId, type PaymentRow } from './order-queries.ts';
import { type PaymentResult, withResult } from './return-url.ts';

const sentences = {
  success: { en: 'Paid. {points} points were added.', ko: '결제가 완료되어 {points} 포인트가 충전되었습니다.' },
  pending: {
    en: 'The payment is being confirmed. The points will be added shortly.',
    ko: '결제를 확인하고 있습니다. 잠시 후 포인트가 충전됩니다.',
  },
  failed: { en: 'The payment failed. Nothing was charged.', ko: '결제에 실패했습니다. 청구된 금액은 없습니다.' },
  cancelled: { en: 'The payment was cancelled.', ko: '결제가 취소되었습니다.' },
} as const satisfies Record<PaymentRow['status'], Record<Language, string>>;

/** Where a provider sends the buyer to; from there `returnFromProvider` sends him on. */
export function returnAddresses(ctx: Ctx, orderId: string): { returnUrl: string; cancelUrl: string } {
  const returnUrl = `${ctx.config.publicBaseUrl}/payment/return/${orderId}`;
  return { returnUrl, cancelUrl: `${returnUrl}?cancelled=1` };
}

/**
 * The address of the page that began the purchase, with how it went. A buyer who comes back before the notice is not
 * kept waiting: the provider is asked. Throws `payment.order_not_found` (404).
 */
export async function returnFromProvider(
  ctx: Ctx,
  { orderId, cancelled, language }: { orderId: string; cancelled: boolean; language: Language },
): Promise<string> {
  const order = await findByOrderId(ctx.db.pool, orderId);
  if (!order) throw fail('payment.order_not_found');
  if (order.status !== 'pending') return returnAddress(order, language);
  // Who turned back may still pay in another window: the order stays open, only this visit has ended.
  if (cancelled) return returnAddress({ ...order, status: 'cancelled' }, language);
  await enquireOrder(ctx, order).catch((error: unknown) =>
    ctx.log.warn('provider not asked', { payment_id: order.id, error }),
  );
  return returnAddress((await findByOrderId(ctx.db.pool, orderId)) ?? order, language);
}

/** Where the buyer goes with the order as it stands. */
export function returnAddress(order: PaymentRow, language: Language): string {
  const result: PaymentResult['result'] = order.status === 'cancelled' ? 'failed' : order.status;
  const message = sentences[order.status][language].replace('{points}', String(order.points));
  return withResult(order.returnUrl, { result, orderId: order.orderId, message });
}
