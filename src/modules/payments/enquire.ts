import type { Ctx } from '../../context.ts';
import { sha256 } from '../../lib/crypto.ts';
import type { PaymentRow } from './order-queries.ts';
import { providersOf } from './providers/open.ts';
import type { Standing } from './providers/provider.ts';
import { settleNotice } from './settle.ts';

/**
 * Asks the provider how an order stands and does what it answers, as if it had sent a notice. Returns the answer;
 * rejects when the provider does not give one.
 */
export async function enquireOrder(ctx: Ctx, order: PaymentRow): Promise<Standing['kind']> {
  const gateway = providersOf(ctx).of(order.provider);
  if (!gateway) return 'unknown';
  const standing = await gateway.enquire(order);
  if (!('amount' in standing)) return standing.kind;
  await settleNotice(ctx, {
    provider: order.provider,
    eventId: `enquiry/${order.orderId}/${standing.kind}`,
    payloadHash: sha256(JSON.stringify(standing)),
    orderId: order.orderId,
    ...standing,
  });
  return standing.kind;
}
