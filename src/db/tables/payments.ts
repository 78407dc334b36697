import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  char,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { id, instant, times } from '../columns.ts';
import { users } from './users.ts';

/** What can be bought. The id is a UUIDv4: the page that sells them accepts versions 1 to 5 only. */
export const paymentProducts = pgTable(
  'payment_products',
  {
    id: id(),
    /** Of the products that every installation has: their name in the code, so that they are made once. */
    seedKey: varchar({ length: 40 }),
    name: varchar({ length: 100 }).notNull(),
    description: text(),
    price: integer().notNull(),
    currency: char({ length: 3 }).notNull().default('KRW'),
    points: integer().notNull(),
    bonusPoints: integer().notNull().default(0),
    isActive: boolean().notNull().default(true),
    sortOrder: integer().notNull().default(0),
    ...times(),
  },
  (table) => [
    uniqueIndex('payment_products_seed_key').on(table.seedKey),
    index('payment_products_list').on(table.isActive, table.sortOrder, table.id),
    check('payment_products_amounts', sql`${table.price} > 0 and ${table.points} > 0 and ${table.bonusPoints} >= 0`),
  ],
);

/**
 * Orders. What was agreed at checkout (amount, currency, points, name) never changes; `status` leaves `pending` once.
 * A refund changes `refunded_amount`, not the status.
 */
export const payments = pgTable(
  'payments',
  {
    id: id(),
    /** What the provider and the return address know the order by; 128 random bits. */
    orderId: varchar({ length: 64 }).notNull(),
    userId: uuid()
      .notNull()
      .references(() => users.id),
    productId: uuid().references(() => paymentProducts.id, { onDelete: 'set null' }),
    productName: varchar({ length: 100 }).notNull(),
    amount: integer().notNull(),
    currency: char({ length: 3 }).notNull(),
    /** With the bonus. */
    points: integer().notNull(),
    status: varchar({ length: 10, enum: ['pending', 'success', 'failed', 'cancelled'] }).notNull(),
    /** Why it failed or was cancelled, in the provider's words or ours. Not shown. */
    endReason: varchar({ length: 300 }),
    refundedAmount: integer().notNull().default(0),
    provider: varchar({ length: 10, enum: ['sandbox', 'stripe', 'generic'] }).notNull(),
    /** The provider's name for its checkout, and for the payment itself. */
    providerRef: varchar({ length: 255 }),
    paymentKey: varchar({ length: 255 }),
    method: varchar({ length: 50 }),
    checkoutUrl: text(),
    returnUrl: text().notNull(),
    idempotencyKey: varchar({ length: 200 }),
    requestHash: varchar({ length: 64 }).notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    /** When the provider was last asked how the order stands. */
    queriedAt: instant(),
    paidAt: instant(),
    endedAt: instant(),
  },
  (table) => [
    uniqueIndex('payments_order').on(table.orderId),
    uniqueIndex('payments_idempotency').on(table.userId, table.idempotencyKey),
    index('payments_history').on(table.userId, table.createdAt, table.id),
    index('payments_pending').on(table.createdAt).where(sql`status = 'pending'`),
    index('payments_success').on(table.paidAt).where(sql`status = 'success'`),
    check('payments_amounts', sql`${table.amount} > 0 and ${table.points} > 0`),
    check('payments_refunded', sql`${table.refundedAmount} between 0 and ${table.amount}`),
  ],
);

/** What became of a notice. The last three are anomalies: a person should look at them. */
const VERDICTS = [
  'applied',
  'refunded',
  'waiting',
  'already_processed',
  'late_success',
  'amount_mismatch',
  'refund_mismatch',
] as const;

/** Every believed notice of a known order, once: what came again is found here. */
export const paymentEvents = pgTable(
  'payment_events',
  {
    id: id(),
    paymentId: uuid()
      .notNull()
      .references(() => payments.id, { onDelete: 'cascade' }),
    provider: varchar({ length: 10, enum: ['sandbox', 'stripe', 'generic'] }).notNull(),
    /** `webhook-id`, the provider's event id, or the name of our own enquiry. */
    eventId: varchar({ length: 256 }).notNull(),
    /** Of the raw bytes. A provider that uses one id for two contents has sent two notices. */
    payloadHash: varchar({ length: 64 }).notNull(),
    kind: varchar({ length: 10, enum: ['success', 'failed', 'cancelled', 'refund', 'waiting'] }).notNull(),
    amount: bigint({ mode: 'number' }).notNull(),
    currency: varchar({ length: 10 }),
    verdict: varchar({ length: 20, enum: VERDICTS }).notNull(),
    details: jsonb().$type<Record<string, unknown>>(),
    receivedAt: instant().notNull(),
  },
  (table) => [
    uniqueIndex('payment_events_once').on(table.provider, table.eventId, table.payloadHash),
    index('payment_events_payment').on(table.paymentId, table.receivedAt),
    index('payment_events_anomalies')
      .on(table.receivedAt)
      .where(sql`verdict in ('late_success', 'amount_mismatch', 'refund_mismatch')`),
  ],
);

/** Money given back. The points go back by a job, once the payment was credited. */
export const paymentRefunds = pgTable(
  'payment_refunds',
  {
    id: id(),
    paymentId: uuid()
      .notNull()
      .references(() => payments.id, { onDelete: 'cascade' }),
    /** The provider's name for the refund: the same one is one refund. */
    refundRef: varchar({ length: 300 }).notNull(),
    amount: integer().notNull(),
    /** Its share of the points; taken back as soon as the payment is credited. */
    points: integer().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    uniqueIndex('payment_refunds_once').on(table.paymentId, table.refundRef),
    check('payment_refunds_amount', sql`${table.amount} > 0 and ${table.points} >= 0`),
  ],
);
