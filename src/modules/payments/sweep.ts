import type { Ctx } from '../../context.ts';
import { addSeconds } from '../../lib/clock.ts';
import { enquireOrder } from './enquire.ts';
import type { PaymentRow } from './order-queries.ts';
import { providersOf } from './providers/open.ts';
import { expireOrder, listDueOrders, noteEnquiry } from './sweep-queries.ts';

/** Notices normally come within seconds; an order without one for so long is asked about, and again after as long. */
const ASK_EVERY_SECONDS = 600;
/** A notice that was sent in the order's last second must still find it pending. */
const GRACE_SECONDS = 900;
/** Of one run; the next one takes the rest. */
const MAX_ORDERS = 100;

/**
 * Job: asks the providers about orders that wait for long, and ends those whose time is over. An order is never ended
 * on our own clock alone: the provider first makes sure that it cannot be paid any more.
 */
export async function sweepOrders(ctx: Ctx): Promise<{ asked: number; expired: number }> {
  const counts = { asked: 0, expired: 0 };
  const due = await listDueOrders(ctx.db.pool, addSeconds(ctx.clock.now(), -ASK_EVERY_SECONDS), MAX_ORDERS);
  for (const order of due) {
    // Noted first: an order whose provider fails must not keep the others from being asked about.
    await noteEnquiry(ctx.db.pool, order.id, ctx.clock.now());
    try {
      counts.asked += 1;
      if (await sweepOrder(ctx, order)) counts.expired += 1;
    } catch (error) {
      ctx.log.warn('provider not asked', { payment_id: order.id, provider: order.provider, error });
    }
  }
  if (due.length > 0) ctx.log.info('orders swept', counts);
  return counts;
}

/** Returns whether the order was ended for its age. */
async function sweepOrder(ctx: Ctx, order: PaymentRow): Promise<boolean> {
  const standing = await enquireOrder(ctx, order);
  const over = ctx.clock.now() > addSeconds(order.expiresAt, GRACE_SECONDS);
  if (!over || (standing !== 'open' && standing !== 'unknown')) return false;
  if (standing === 'open') await providersOf(ctx).of(order.provider)?.close(order);
  return expireOrder(ctx.db.pool, order.id, ctx.clock.now());
}
