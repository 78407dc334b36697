import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import { findByOrderId, type PaymentRow } from './order-queries.ts';
import { signNotice } from './providers/standard-webhooks.ts';
import { returnAddress } from './return.ts';
import { renderSandboxPage } from './sandbox-page.ts';

/** The buttons of the page and what the buyer's bank then reports. */
const statuses = { pay: 'success', fail: 'failed', cancel: 'cancelled' } as const;
export type SandboxButton = keyof typeof statuses;

const DELIVERY_MS = 10_000;

/** The page that plays the bank: `html`, and the origin that its buttons lead to in the end. */
export async function showSandbox(
  ctx: Ctx,
  orderId: string,
  language: Language,
): Promise<{ html: string; returnOrigin: string }> {
  const order = await requireOrder(ctx, orderId);
  const over = order.status === 'pending' && order.expiresAt <= ctx.clock.now();
  const back = returnAddress(over ? { ...order, status: 'cancelled' } : order, language);
  return {
    html: renderSandboxPage({ order, open: order.status === 'pending' && !over, back, language }),
    returnOrigin: new URL(order.returnUrl).origin,
  };
}

/**
 * Presses a button: a signed notice goes over HTTP to our own webhook, as any provider's would, and the answer is where
 * the buyer goes then. Pressing twice sends the same notice twice. Throws `payment.order_not_found` (404).
 */
export async function pressSandbox(
  ctx: Ctx,
  { orderId, button, language }: { orderId: string; button: SandboxButton; language: Language },
): Promise<string> {
  const order = await requireOrder(ctx, orderId);
  const over = order.status === 'pending' && order.expiresAt <= ctx.clock.now();
  if (over) return returnAddress({ ...order, status: 'cancelled' }, language);
  await deliver(ctx, order, button);
  return returnAddress(await requireOrder(ctx, orderId), language);
}

async function requireOrder(ctx: Ctx, orderId: string): Promise<PaymentRow> {
  const order = await findByOrderId(ctx.db.pool, orderId);
  if (order?.provider !== 'sandbox') throw fail('payment.order_not_found');
  return order;
}

async function deliver(ctx: Ctx, order: PaymentRow, button: SandboxButton): Promise<void> {
  const payload = JSON.stringify({
    payment_key: `sandbox_${order.id}`,
    order_id: order.orderId,
    status: statuses[button],
    amount: order.amount,
    currency: order.currency,
    transaction_data: { provider: 'sandbox', ...(button === 'pay' ? {} : { message: `sandbox: ${button}` }) },
  });
  const [secret] = ctx.config.payment.webhookSecrets;
  if (secret === undefined) throw fail('payment.not_configured');
  const signed = signNotice(secret, `sandbox_${order.orderId}_${button}`, ctx.clock.now(), payload);
  const answer = await send(ctx, payload, signed);
  if (answer?.ok) return;
  // The order stays pending and the buyer is told so; the button can be pressed again.
  ctx.log.warn('sandbox notice not delivered', { payment_id: order.id, status: answer?.status ?? null });
}

/** In a container the public address may lead nowhere from within, so this machine's own is tried too. */
async function send(ctx: Ctx, payload: string, headers: Record<string, string>): Promise<Response | undefined> {
  for (const base of [ctx.config.publicBaseUrl, `http://127.0.0.1:${ctx.config.port}`]) {
    try {
      return await ctx.fetch(`${base}/payment/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: payload,
        redirect: 'error',
        // A proxy of the environment does not lead to ourselves.
        proxy: false,
        signal: AbortSignal.timeout(DELIVERY_MS),
      });
    } catch (error) {
      ctx.log.warn('own webhook not reached', { base, error });
    }
  }
  return undefined;
}
