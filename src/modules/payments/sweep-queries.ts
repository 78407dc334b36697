import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { payments } from '../../db/tables/payments.ts';
import type { PaymentRow } from './order-queries.ts';

/** Pending orders that were not asked about since `askedBefore` (or, never asked about, are older), oldest first. */
export async function listDueOrders(db: Db, askedBefore: Date, limit: number): Promise<PaymentRow[]> {
  const last = sql`coalesce(${payments.queriedAt}, ${payments.createdAt})`;
  return db
    .select()
    .from(payments)
    .where(and(eq(payments.status, 'pending'), sql`${last} < ${askedBefore.toISOString()}::timestamptz`))
    .orderBy(asc(last), asc(payments.id))
    .limit(limit);
}

export async function noteEnquiry(db: Db, id: string, at: Date): Promise<void> {
  await db.update(payments).set({ queriedAt: at }).where(eq(payments.id, id));
}

/** Ends an order that nobody paid in its time. False when it has ended otherwise meanwhile. */
export async function expireOrder(db: Db, id: string, at: Date): Promise<boolean> {
  const rows = await db
    .update(payments)
    .set({ status: 'cancelled', endReason: 'expired', endedAt: at })
    .where(and(eq(payments.id, id), eq(payments.status, 'pending')))
    .returning({ id: payments.id });
  return rows.length === 1;
}
