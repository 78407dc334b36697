import type { Notice } from './providers/provider.ts';

/** What of an order a notice is judged by. */
export type Standing = {
  status: 'pending' | 'success' | 'failed' | 'cancelled';
  amount: number;
  currency: string;
  refundedAmount: number;
};

export type Decision =
  /** `status`: what the order becomes. */
  | { verdict: 'applied'; status: 'success' | 'failed' | 'cancelled' }
  /** `amount`: how much of it is new. */
  | { verdict: 'refunded'; amount: number }
  | { verdict: 'waiting' | 'already_processed' | 'late_success' | 'amount_mismatch' | 'refund_mismatch' };

type Told = Pick<Notice, 'kind' | 'amount' | 'currency' | 'refund'>;

/**
 * What a believed notice means for an order. An order leaves `pending` once; a refund may come at any time, also before
 * the success it belongs to. `late_success`: money came after we had given the order up, which a person must settle.
 */
export function decide(order: Standing, notice: Told): Decision {
  const sameCurrency = notice.currency === undefined || notice.currency.toUpperCase() === order.currency;
  if (notice.kind === 'refund') return decideRefund(order, notice, sameCurrency);
  const fits = sameCurrency && notice.amount === order.amount;
  if (order.status !== 'pending') {
    const late = notice.kind === 'success' && order.status !== 'success' && fits;
    return { verdict: late ? 'late_success' : 'already_processed' };
  }
  if (!fits) return { verdict: 'amount_mismatch' };
  return notice.kind === 'waiting' ? { verdict: 'waiting' } : { verdict: 'applied', status: notice.kind };
}

function decideRefund(order: Standing, { amount, refund }: Told, sameCurrency: boolean): Decision {
  const fresh = refund?.total ? amount - order.refundedAmount : amount;
  if (sameCurrency && refund?.total && fresh <= 0) return { verdict: 'already_processed' };
  if (!sameCurrency || fresh <= 0 || order.refundedAmount + fresh > order.amount) return { verdict: 'refund_mismatch' };
  return { verdict: 'refunded', amount: fresh };
}

/**
 * The points that belong to a refund: their share of the price, rounded so that refunds of the whole price take back
 * exactly all points, in however many parts.
 */
export function pointsOfRefund(
  order: { amount: number; points: number; refundedAmount: number },
  amount: number,
): number {
  const share = (refunded: number) => Number((BigInt(order.points) * BigInt(refunded)) / BigInt(order.amount));
  return share(order.refundedAmount + amount) - share(order.refundedAmount);
}
