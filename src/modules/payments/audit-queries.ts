import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

export type PaymentAnomaly = {
  kind: 'success_without_credit' | 'credit_without_success' | 'late_success' | 'amount_mismatch' | 'refund_mismatch';
  paymentId: string;
  orderId: string;
  userId: string;
  /** Of the order, or of the notice where that is what is wrong. */
  amount: number;
  points: number;
  at: string;
};

/**
 * Orders that do not agree with the ledger, and notices that could not be carried out. One statement, so that all of it
 * is seen at one moment. A late success whose money was given back meanwhile is settled.
 */
export async function findAnomalies(db: Db, limit: number): Promise<PaymentAnomaly[]> {
  const rows = await db.execute<Omit<PaymentAnomaly, 'points' | 'amount'> & { points: string; amount: string }>(sql`
    with credits as (
      select reference_id::uuid as payment_id, sum(delta) as points, min(created_at) as created_at
      from point_ledger where type = 'charge' and reference_type = 'payment' group by reference_id
    ), found as (
      select case when p.status = 'success' then 'success_without_credit' else 'credit_without_success' end as kind,
        p.id, p.order_id, p.user_id, p.amount::bigint as amount, coalesce(c.points, 0) as points,
        coalesce(p.ended_at, p.created_at) as at
      from payments p left join credits c on c.payment_id = p.id
      where (p.status = 'success' and c.points is distinct from p.points)
        or (p.status <> 'success' and c.payment_id is not null)
      union all
      select 'credit_without_success', c.payment_id, '', null, 0, c.points, c.created_at
      from credits c left join payments p on p.id = c.payment_id where p.id is null
      union all
      select e.verdict, p.id, p.order_id, p.user_id, e.amount, 0, e.received_at
      from payment_events e join payments p on p.id = e.payment_id
      where e.verdict in ('late_success', 'amount_mismatch', 'refund_mismatch')
        and not (e.verdict = 'late_success' and p.refunded_amount = p.amount)
    )
    select kind, id as "paymentId", order_id as "orderId", coalesce(user_id::text, '') as "userId", amount, points,
      to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
    from found order by found.at, id limit ${limit}`);
  return rows.map((row) => ({ ...row, amount: Number(row.amount), points: Number(row.points) }));
}
