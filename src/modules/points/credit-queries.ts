import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import type { Tx } from '../../db/tx.ts';

type CreditRow = {
  txId: string;
  userId: string;
  amountPoints: number;
  type: 'charge' | 'bonus' | 'refund';
  description: string | null;
  referenceType: string | null;
  referenceId: string | null;
  at: Date;
};

/** What a credit did: `netPoints` after open debts were paid from it, `version` of the last ledger row it wrote. */
export type Credited = { userId: string; created: boolean; netPoints: number; version: number; balance: number };

type SqlCredit = { created: boolean; net: string; last_version: string; balance_after: string };

const credited = (userId: string, row: SqlCredit): Credited => ({
  userId,
  created: row.created,
  netPoints: Number(row.net),
  version: Number(row.last_version),
  balance: Number(row.balance_after),
});

/** One statement: ledger row, balance, debts. A known tx id changes nothing and gives the same answer. */
export async function insertCredit(db: Db, row: CreditRow): Promise<Credited> {
  const [answer] = await db.execute<SqlCredit>(sql`
    select * from points_credit(
      ${row.userId}::uuid, ${row.txId}::uuid, ${row.amountPoints}::bigint, ${row.type}, ${row.description},
      ${row.referenceType}, ${row.referenceId}, ${row.at.toISOString()}::timestamptz)`);
  if (!answer) throw new Error('points_credit gave no row');
  return credited(row.userId, answer);
}

/** Gives a use back; undefined when the ledger has no such use. */
export async function insertRefund(
  db: Db,
  refund: { useTxId: string; txId: string; description: string | null; at: Date },
): Promise<Credited | undefined> {
  const [answer] = await db.execute<SqlCredit & { user_id: string }>(sql`
    select * from points_refund(
      ${refund.useTxId}::uuid, ${refund.txId}::uuid, ${refund.description}, ${refund.at.toISOString()}::timestamptz)`);
  return answer && credited(answer.user_id, answer);
}

/** The reward of a day; undefined when the user has it already. */
export async function insertCheckIn(
  tx: Tx,
  checkIn: { userId: string; day: string; txId: string; amountPoints: number; description: string; at: Date },
): Promise<Credited | undefined> {
  const [answer] = await tx.execute<SqlCredit>(sql`
    select * from points_check_in(
      ${checkIn.userId}::uuid, ${checkIn.day}::date, ${checkIn.txId}::uuid, ${checkIn.amountPoints}::bigint,
      ${checkIn.description}, ${checkIn.at.toISOString()}::timestamptz)`);
  return answer && credited(checkIn.userId, answer);
}

type TimerGrant = {
  userId: string;
  txId: string;
  at: Date;
  intervalSeconds: number;
  maxPoints: number;
  description: string;
};

/** Grants what the timer has collected, which may be nothing, and says since when it collects now. */
export async function grantTimer(
  db: Db,
  grant: TimerGrant,
): Promise<{ earnedPoints: number; collectingSince: Date; netPoints: number; version: number }> {
  const [row] = await db.execute<{ earned: string; collecting_since: string; net: string; last_version: string }>(sql`
    select * from points_timer(
      ${grant.userId}::uuid, ${grant.txId}::uuid, ${grant.at.toISOString()}::timestamptz,
      ${grant.intervalSeconds}::bigint, ${grant.maxPoints}::bigint, ${grant.description})`);
  if (!row) throw new Error('points_timer gave no row');
  return {
    earnedPoints: Number(row.earned),
    collectingSince: new Date(row.collecting_since),
    netPoints: Number(row.net),
    version: Number(row.last_version),
  };
}
