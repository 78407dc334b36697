import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';

const Uuid = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
const MAX_PRICE = 100_000_000;
const MAX_OFFSET = 10_000;
const MAX_POINTS = 10_000_000;

export const ProductsQuery = t.Object({ is_active: t.Boolean({ default: true }) });
export const ProductBody = t.Object({
  name: t.String({ minLength: 1, maxLength: 100 }),
  description: maybe(t.String({ maxLength: 1_000 })),
  price: t.Integer({ minimum: 1, maximum: MAX_PRICE }),
  point_amount: t.Integer({ minimum: 1, maximum: MAX_POINTS }),
  bonus_point: maybe(t.Integer({ minimum: 0, maximum: MAX_POINTS })),
  is_active: maybe(t.Boolean()),
  sort_order: maybe(t.Integer({ minimum: -1_000_000, maximum: 1_000_000 })),
});

export const Product = t.Object({
  id: Uuid,
  name: t.String(),
  description: t.Nullable(t.String()),
  price: t.Integer(),
  point_amount: t.Integer(),
  bonus_point: t.Integer(),
  is_active: t.Boolean(),
  sort_order: t.Integer(),
  created_at: Instant,
  updated_at: t.Nullable(Instant),
});
export const Products = t.Array(Product);

export const CheckoutBody = t.Object({
  product_id: Uuid,
  return_url: maybe(t.String({ maxLength: 2_000 })),
  method: maybe(t.String({ maxLength: 40 })),
  vbank_holder: maybe(t.String({ maxLength: 40 })),
  idempotency_key: maybe(t.String({ minLength: 1, maxLength: 200 })),
});
export const CheckoutHeaders = t.Object({
  'idempotency-key': t.Optional(t.String({ minLength: 1, maxLength: 200 })),
});

const Provider = t.Union([t.Literal('sandbox'), t.Literal('stripe'), t.Literal('generic')]);

/** What the existing page hands to its provider's script; `checkoutUrl` is where our orders are really paid. */
const RequestPayload = t.Object({
  checkoutUrl: t.String(),
  clientId: t.String(),
  method: t.String(),
  orderId: t.String(),
  amount: t.Integer(),
  goodsName: t.String(),
  returnUrl: t.String(),
  mallReserved: t.String(),
  disableScroll: t.Literal(false),
  vbankHolder: t.Optional(t.String()),
});

export const Checkout = t.Object({
  provider: Provider,
  checkout_url: t.String(),
  order_id: t.String(),
  amount: t.Integer(),
  expires_at: Instant,
  request_payload: RequestPayload,
});

export const Payment = t.Object({
  id: Uuid,
  user_id: Uuid,
  product_id: t.Nullable(Uuid),
  product_name: t.String(),
  amount: t.Integer(),
  currency: t.String(),
  point_amount: t.Integer(),
  status: t.Union([t.Literal('pending'), t.Literal('success'), t.Literal('failed'), t.Literal('cancelled')]),
  refunded_amount: t.Integer(),
  payment_method: t.Nullable(t.String()),
  order_id: t.String(),
  paid_at: t.Nullable(Instant),
  created_at: Instant,
});

export const HistoryQuery = t.Object({
  limit: t.Integer({ minimum: 1, maximum: 100, default: 20 }),
  offset: t.Integer({ minimum: 0, maximum: MAX_OFFSET, default: 0 }),
});
export const History = t.Object({
  payments: t.Array(Payment),
  total_count: t.Integer(),
  total_amount: t.Integer(),
});

export const OrderParams = t.Object({ orderId: t.String({ minLength: 1, maxLength: 64 }) });
export const ReturnQuery = t.Object({ cancelled: t.Optional(t.String({ maxLength: 5 })) });

/** For the document: an answer that leads elsewhere has no body. */
export const redirects = {
  responses: {
    303: {
      description: 'To return_url, with payment_result, payment_order_id and payment_message',
      headers: { location: { schema: { type: 'string' as const } } },
    },
  },
};

export type ProductInput = Static<typeof ProductBody>;
export type ProductView = Static<typeof Product>;
export type CheckoutInput = Static<typeof CheckoutBody>;
export type CheckoutView = Static<typeof Checkout>;
export type PaymentView = Static<typeof Payment>;
export type HistoryView = Static<typeof History>;
