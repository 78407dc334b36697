import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { paymentEvents, paymentRefunds, payments } from '../../db/tables/payments.ts';
import type { Tx } from '../../db/tx.ts';
import type { PaymentRow } from './order-queries.ts';

type EventRow = typeof paymentEvents.$inferSelect;
export type RefundRow = typeof paymentRefunds.$inferSelect;

/** The order of a notice, locked, so that its notices are judged one after the other. */
export async function lockOrder(
  tx: Tx,
  orderId: string,
  providers: PaymentRow['provider'][],
): Promise<PaymentRow | undefined> {
  const rows = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.orderId, orderId), inArray(payments.provider, providers)))
    .for('no key update');
  return rows[0];
}

export async function findEvent(
  db: Db,
  notice: Pick<EventRow, 'provider' | 'eventId' | 'payloadHash'>,
): Promise<EventRow | undefined> {
  const rows = await db
    .select()
    .from(paymentEvents)
    .where(
      and(
        eq(paymentEvents.provider, notice.provider),
        eq(paymentEvents.eventId, notice.eventId),
        eq(paymentEvents.payloadHash, notice.payloadHash),
      ),
    );
  return rows[0];
}

export async function insertEvent(tx: Tx, row: typeof paymentEvents.$inferInsert): Promise<void> {
  await tx.insert(paymentEvents).values(row);
}

/** Takes a pending order to its end. False when it is not pending, which the lock rules out. */
export async function endOrder(
  tx: Tx,
  id: string,
  end: Pick<PaymentRow, 'status' | 'endReason' | 'paymentKey' | 'endedAt' | 'paidAt'>,
): Promise<boolean> {
  const rows = await tx
    .update(payments)
    .set(end)
    .where(and(eq(payments.id, id), eq(payments.status, 'pending')))
    .returning({ id: payments.id });
  return rows.length === 1;
}

/** Adds to what was given back of an order. */
export async function addRefunded(tx: Tx, id: string, amount: number): Promise<void> {
  await tx
    .update(payments)
    .set({ refundedAmount: sql`${payments.refundedAmount} + ${amount}` })
    .where(eq(payments.id, id));
}

export async function findRefund(db: Db, paymentId: string, refundRef: string): Promise<RefundRow | undefined> {
  const rows = await db
    .select()
    .from(paymentRefunds)
    .where(and(eq(paymentRefunds.paymentId, paymentId), eq(paymentRefunds.refundRef, refundRef)));
  return rows[0];
}

export async function insertRefund(tx: Tx, row: RefundRow): Promise<void> {
  await tx.insert(paymentRefunds).values(row);
}

export async function listRefunds(db: Db, paymentId: string): Promise<RefundRow[]> {
  return db
    .select()
    .from(paymentRefunds)
    .where(eq(paymentRefunds.paymentId, paymentId))
    .orderBy(asc(paymentRefunds.createdAt), asc(paymentRefunds.id));
}
