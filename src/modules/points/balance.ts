import type { Ctx } from '../../context.ts';
import { isDatabaseDown, isLateStatement } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { isRedisDown } from '../../redis/client.ts';
import { readJournal } from './journal.ts';
import { findSettled } from './ledger-queries.ts';
import { inTime, TooLate } from './load-balance.ts';

export type Balance = {
  /** What can be spent now. */
  availablePoints: number;
  /** Sum of charges and bonuses; undefined while Postgres is away. */
  chargedPoints: number | undefined;
  /** Sum of all uses, also those that are not in the ledger yet; undefined while Postgres is away. */
  usedPoints: number | undefined;
  /** Of these, what is not in the ledger yet; undefined while Redis is away. */
  pendingPoints: number | undefined;
  lastChargedAt: Date | undefined;
  /** Redis is away: the settled balance, without what waits in the journal. */
  stale: boolean;
};

const LOOK_MS = 1_500;

/**
 * A user's points, out of Redis and the ledger; changes nothing. With one store away the other answers what it knows;
 * `http.unavailable` (503) when neither can.
 */
export async function readBalance(ctx: Ctx, userId: string): Promise<Balance> {
  const journal = await readJournal(ctx, userId).catch((error: unknown) => {
    if (isRedisDown(error)) return undefined;
    throw error;
  });
  const pending = journal?.pending ?? new Map<string, number>();
  const settled = await inTime(findSettled(ctx.db.pool, userId, [...pending.keys()]), LOOK_MS).catch(
    (error: unknown) => {
      if (isDatabaseDown(error) || isLateStatement(error) || error instanceof TooLate) return undefined;
      throw error;
    },
  );
  if (!settled) {
    if (journal?.available === undefined) throw fail('http.unavailable', { retryAfterSeconds: 2 });
    return {
      availablePoints: Math.max(0, journal.available),
      chargedPoints: undefined,
      usedPoints: undefined,
      pendingPoints: sum(pending.values()),
      lastChargedAt: undefined,
      stale: false,
    };
  }
  // What the ledger has by now was still pending a moment ago, when Redis was asked.
  for (const txId of settled.inLedger) pending.delete(txId);
  const pendingPoints = sum(pending.values());
  return {
    availablePoints: Math.max(0, journal?.available ?? settled.balance - pendingPoints),
    chargedPoints: settled.row?.totalCharged ?? 0,
    usedPoints: (settled.row?.totalUsed ?? 0) + pendingPoints,
    pendingPoints: journal && pendingPoints,
    lastChargedAt: settled.row?.lastChargedAt ?? undefined,
    stale: journal === undefined,
  };
}

function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
