import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { addSeconds } from '../../lib/clock.ts';
import { sha256 } from '../../lib/crypto.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { findMethod } from './methods.ts';
import { findByIdempotencyKey, findByPaymentId, insertOrder, type PaymentRow, saveCheckout } from './order-queries.ts';
import { providersOf } from './providers/open.ts';
import { returnAddresses } from './return.ts';
import { resolveReturnUrl } from './return-url.ts';
import type { CheckoutInput, CheckoutView } from './schema.ts';

/** How long an order may be paid. Stripe wants at least 30 minutes. */
const ORDER_SECONDS = 3_600;
/** What the existing page's provider takes as the name of what is bought. */
const GOODS_NAME_BYTES = 40;

/**
 * Begins a purchase: the pending order exists, with price and points as they are now, before its checkout address is
 * given out (seed, Flow 6, steps 1 to 3). The same idempotency key is the same order. Throws `payment.unknown_method`
 * (400), `payment.product_not_found` (404), `payment.return_url_refused` and `http.idempotency_mismatch` (422),
 * `payment.not_configured` and `payment.provider_unavailable` (503).
 */
export async function startCheckout(
  ctx: Ctx,
  actor: Member,
  input: CheckoutInput,
  idempotencyKey: string | undefined,
): Promise<CheckoutView> {
  const method = findMethod(input.method);
  if (!method) throw fail('payment.unknown_method');
  const returnUrl = resolveReturnUrl(ctx.config, input.return_url);
  if (returnUrl === undefined) throw fail('payment.return_url_refused');
  const agreed = [input.product_id.toLowerCase(), returnUrl, method.name, input.vbank_holder ?? ''];
  const order = await ensureOrder(ctx, actor, {
    productId: input.product_id,
    returnUrl,
    method: method.shown,
    idempotencyKey: idempotencyKey ?? null,
    requestHash: sha256(JSON.stringify(agreed)),
  });
  const checkoutUrl = order.checkoutUrl ?? (await openCheckout(ctx, order));
  return checkoutView(order, checkoutUrl, { method: method.name, vbankHolder: input.vbank_holder ?? undefined });
}

type Wish = Pick<PaymentRow, 'returnUrl' | 'method' | 'idempotencyKey' | 'requestHash'> & { productId: string };

/** The order of a request: a new one, or that of the first request with its idempotency key. */
async function ensureOrder(ctx: Ctx, { userId }: Member, { productId, ...wish }: Wish): Promise<PaymentRow> {
  const now = ctx.clock.now();
  const id = newId();
  const earlier = () =>
    wish.idempotencyKey === null ? undefined : findByIdempotencyKey(ctx.db.pool, userId, wish.idempotencyKey);
  const found = await earlier();
  if (!found) {
    const made = await insertOrder(ctx.db.pool, productId, {
      id,
      userId,
      orderId: newOrderId(),
      provider: providersOf(ctx).current.name,
      createdAt: now,
      expiresAt: addSeconds(now, ORDER_SECONDS),
      ...wish,
    });
    const order = made ? await findByPaymentId(ctx.db.pool, id) : await earlier();
    if (!order) throw fail('payment.product_not_found');
    if (made) return order;
    return requireSameRequest(order, wish.requestHash);
  }
  return requireSameRequest(found, wish.requestHash);
}

function requireSameRequest(order: PaymentRow, requestHash: string): PaymentRow {
  if (order.requestHash !== requestHash) throw fail('http.idempotency_mismatch');
  return order;
}

/** 128 random bits: who knows the id of an order may see how it stands. */
function newOrderId(): string {
  return `FAB_${Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')}`;
}

/**
 * Opens the order at its provider. Requests with one idempotency key may do so at once, or again after a crash: the
 * provider gives all of them the same checkout.
 */
async function openCheckout(ctx: Ctx, order: PaymentRow): Promise<string> {
  const gateway = providersOf(ctx).of(order.provider);
  if (!gateway) throw fail('payment.not_configured');
  const { orderId, productName, amount, currency, createdAt, expiresAt } = order;
  const checkout = await gateway.createCheckout({
    ...{ orderId, productName, amount, currency, createdAt, expiresAt },
    ...returnAddresses(ctx, orderId),
  });
  await saveCheckout(ctx.db.pool, order.id, checkout);
  return checkout.checkoutUrl;
}

function checkoutView(
  order: PaymentRow,
  checkoutUrl: string,
  { method, vbankHolder }: { method: string; vbankHolder?: string },
): CheckoutView {
  return {
    provider: order.provider,
    checkout_url: checkoutUrl,
    order_id: order.orderId,
    amount: order.amount,
    expires_at: order.expiresAt.toISOString(),
    request_payload: {
      checkoutUrl,
      clientId: order.provider,
      method,
      orderId: order.orderId,
      amount: order.amount,
      goodsName: cutToBytes(order.productName, GOODS_NAME_BYTES),
      returnUrl: order.returnUrl,
      mallReserved: `pid=${order.id}`,
      disableScroll: false,
      ...(vbankHolder ? { vbankHolder } : {}),
    },
  };
}

/** The longest beginning that fits into so many bytes of UTF-8, without half a character. */
function cutToBytes(text: string, limit: number): string {
  let end = '';
  for (const char of text) {
    if (Buffer.byteLength(end + char) > limit) break;
    end += char;
  }
  return end;
}
