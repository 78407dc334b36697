import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

export type LedgerDrift = { userId: string; what: string; expected: number; found: number };

const faults = {
  balance: 'balance is not the sum of the ledger',
  version: 'version is not the number of ledger rows',
  running: 'balance_after is not the running sum',
} as const;

/** Where the ledger and the settled balances disagree, at most `limit` users. Reads every row. */
export async function findLedgerDrifts(db: Db, limit: number): Promise<LedgerDrift[]> {
  const rows = await db.execute<{ user_id: string; what: keyof typeof faults; expected: string; found: string }>(sql`
    with sums as (
      select user_id, sum(delta) as points, count(*) as rows from point_ledger group by user_id
    ), running as (
      select user_id, balance_after, version,
        sum(delta) over (partition by user_id order by version) as points,
        row_number() over (partition by user_id order by version) as place
      from point_ledger
    )
    select user_id, 'balance' as what, coalesce(points, 0) as expected, coalesce(balance, 0) as found
    from sums full join point_balances using (user_id) where coalesce(points, 0) <> coalesce(balance, 0)
    union all
    select user_id, 'version', coalesce(rows, 0), coalesce(version, 0)
    from sums full join point_balances using (user_id) where coalesce(rows, 0) <> coalesce(version, 0)
    union all
    select distinct on (user_id) user_id, 'running', points, balance_after
    from running where points <> balance_after or place <> version
    limit ${limit}`);
  return rows.map((row) => ({
    userId: row.user_id,
    what: faults[row.what],
    expected: Number(row.expected),
    found: Number(row.found),
  }));
}

/** Makes a user's settled balance what his ledger says. */
export async function rebuildBalance(db: Db, userId: string): Promise<void> {
  await db.execute(sql`
    insert into point_balances (user_id, balance, version, total_charged, total_used, last_charged_at)
    select user_id, sum(delta), max(version),
      coalesce(sum(delta) filter (where type in ('charge', 'bonus')), 0),
      coalesce(-sum(delta) filter (where type = 'use'), 0),
      max(created_at) filter (where type in ('charge', 'bonus'))
    from point_ledger where user_id = ${userId}::uuid group by user_id
    on conflict (user_id) do update set balance = excluded.balance, version = excluded.version,
      total_charged = excluded.total_charged, total_used = excluded.total_used, last_charged_at = excluded.last_charged_at`);
}

export type ParkedRow = { admission: string; userId: string | null; amountPoints: number | null; why: string };

/** Uses that did not become ledger rows although somebody may have been told so. */
export async function findBrokenPromises(db: Db, limit: number): Promise<ParkedRow[]> {
  const rows = await db.execute<{
    admission: string;
    user_id: string | null;
    amount_points: string | null;
    why: string;
  }>(
    sql`select admission, user_id, amount_points, why from point_parked where promised order by parked_at limit ${limit}`,
  );
  return rows.map((row) => ({
    admission: row.admission,
    userId: row.user_id,
    amountPoints: row.amount_points === null ? null : Number(row.amount_points),
    why: row.why,
  }));
}

/** Users with a settled balance, and debts that are still open: for the audit's last line. */
export async function countAudited(db: Db): Promise<{ users: number; ledgerRows: number; openDebtPoints: number }> {
  const [row] = await db.execute<{ users: string; rows: string; debts: string }>(sql`
    select (select count(*) from point_balances) as users, (select count(*) from point_ledger) as rows,
      (select coalesce(sum(remaining_points), 0) from point_debts) as debts`);
  return { users: Number(row?.users), ledgerRows: Number(row?.rows), openDebtPoints: Number(row?.debts) };
}
