import type { Ctx } from '../../context.ts';
import { readBalance } from './balance.ts';
import { type LedgerRow, type LedgerType, listLedger, sumLedger } from './ledger-queries.ts';

type Page = { limit: number; offset: number; type?: LedgerType };

/** A page of what moved a user's points, newest first. A use appears when it is in the ledger. */
export function listTransactions(ctx: Ctx, userId: string, page: Page): Promise<LedgerRow[]> {
  return listLedger(ctx.db.pool, userId, page);
}

export type Summary = {
  availablePoints: number;
  /** By type: how many rows, and the absolute value of their sum. */
  types: Record<LedgerType, { points: number; rows: number }>;
};

/** Totals of a user's ledger by type. */
export async function summarise(ctx: Ctx, userId: string): Promise<Summary> {
  const [{ availablePoints }, sums] = await Promise.all([readBalance(ctx, userId), sumLedger(ctx.db.pool, userId)]);
  const of = (type: LedgerType) => {
    const found = sums.find((row) => row.type === type);
    return { points: Math.abs(found?.points ?? 0), rows: found?.rows ?? 0 };
  };
  return {
    availablePoints,
    types: { charge: of('charge'), use: of('use'), refund: of('refund'), bonus: of('bonus') },
  };
}
