import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { readBytes } from '../../http/body.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, Message } from '../../http/schema.ts';
import { startCheckout } from './checkout.ts';
import { getPayment, listHistory } from './history.ts';
import { createProduct, listProducts } from './products.ts';
import { returnFromProvider } from './return.ts';
import * as s from './schema.ts';
import { receiveWebhook } from './webhook.ts';

const tag = 'payment';
const MAX_NOTICE_BYTES = 262_144;

/** What the webhook takes, for the document: the route reads the raw bytes itself, since they are what is signed. */
const noticeBody = {
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object' as const,
          required: ['payment_key', 'order_id', 'status', 'amount', 'transaction_data'],
          properties: {
            payment_key: { type: 'string' as const, maxLength: 255 },
            order_id: { type: 'string' as const },
            status: { type: 'string' as const, enum: ['success', 'failed', 'cancelled', 'refunded'] },
            amount: { type: 'integer' as const, minimum: 0 },
            currency: { type: 'string' as const },
            transaction_data: { type: 'object' as const },
          },
        },
      },
    },
  },
};

/** Seed, Flow 6: products, checkout, the provider's notices, history. */
export function paymentRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/payment', name: 'payment' })
    .use(guard(ctx))
    .get('/products', ({ actor, query }) => listProducts(ctx, actor, query.is_active), {
      visitor: true,
      query: s.ProductsQuery,
      response: s.Products,
      detail: doc(tag, 'What is for sale', ['auth.not_authenticated', 'auth.forbidden']),
    })
    .post('/products', ({ body }) => createProduct(ctx, body), {
      admin: true,
      body: s.ProductBody,
      response: s.Product,
      detail: doc(tag, 'Put a product up for sale'),
    })
    .post(
      '/checkout',
      ({ actor, body, headers }) =>
        startCheckout(ctx, actor, body, headers['idempotency-key'] ?? body.idempotency_key ?? undefined),
      {
        member: true,
        body: s.CheckoutBody,
        headers: s.CheckoutHeaders,
        response: s.Checkout,
        detail: doc(tag, 'Begin a purchase', [
          'payment.unknown_method',
          'payment.product_not_found',
          'payment.return_url_refused',
          'http.idempotency_mismatch',
          'payment.not_configured',
          'payment.provider_unavailable',
        ]),
      },
    )
    .get('/history', ({ actor, query }) => listHistory(ctx, actor, query), {
      member: true,
      query: s.HistoryQuery,
      response: s.History,
      detail: doc(tag, 'My orders, newest first'),
    })
    .get('/payment/:id', ({ actor, params }) => getPayment(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.Payment,
      detail: doc(tag, 'One of my orders', ['payment.not_found']),
    })
    .use(providerRoutes(ctx));
}

/** What payment providers call, and send buyers to. */
function providerRoutes(ctx: Ctx) {
  return new Elysia({ name: 'payment.provider' })
    .use(guard(ctx))
    .post(
      '/webhook',
      async ({ request }) =>
        receiveWebhook(ctx, { headers: request.headers, bytes: await readBytes(request, MAX_NOTICE_BYTES) }),
      {
        open: { limit: 'webhook', body: 'raw' },
        response: Message,
        detail: doc(
          tag,
          'A signed notice of the payment provider',
          [
            'payment.bad_signature',
            'http.malformed_json',
            'http.body_too_large',
            'payment.order_not_found',
            'http.invalid',
            'payment.unknown_status',
            'payment.amount_mismatch',
          ],
          noticeBody,
        ),
      },
    )
    .get(
      '/return/:orderId',
      async ({ params, query, client, redirect }) =>
        redirect(
          await returnFromProvider(ctx, {
            orderId: params.orderId,
            cancelled: query.cancelled !== undefined,
            language: client.language,
          }),
          303,
        ),
      {
        open: true,
        params: s.OrderParams,
        query: s.ReturnQuery,
        detail: doc(
          tag,
          'Where a provider sends the buyer; leads back to the page',
          ['payment.order_not_found'],
          s.redirects,
        ),
      },
    );
}
