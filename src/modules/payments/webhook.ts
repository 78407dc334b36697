import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import { providersOf } from './providers/open.ts';
import { settleNotice } from './settle.ts';

/**
 * Takes a provider's notice (seed, Flow 6, steps 4 to 7). It is believed for its signature over the raw bytes alone.
 * Throws `payment.bad_signature` (401), `payment.order_not_found` (404), `payment.unknown_status` and
 * `payment.amount_mismatch` (422).
 */
export async function receiveWebhook(
  ctx: Ctx,
  { headers, bytes }: { headers: Headers; bytes: Uint8Array },
): Promise<{ message: 'OK' | 'Already processed' }> {
  const text = exactText(bytes);
  if (text === undefined) throw fail('payment.bad_signature');
  const notice = await providersOf(ctx).readNotice({ headers, text }, ctx.clock.now());
  if (!notice) return { message: 'OK' };
  const settled = await settleNotice(ctx, notice);
  if (!settled) throw fail('payment.order_not_found');
  const { order, verdict, replayed } = settled;
  // Sent again while the order still waits, a wrong amount is still wrong.
  const mismatch = verdict === 'refund_mismatch' || (verdict === 'amount_mismatch' && order.status === 'pending');
  if (mismatch) throw fail('payment.amount_mismatch');
  const changed = !replayed && (verdict === 'applied' || verdict === 'refunded' || verdict === 'waiting');
  return { message: changed ? 'OK' : 'Already processed' };
}

/** The very characters that were signed: neither a byte order mark nor a broken sequence is mended. */
function exactText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
