import type { Ctx } from '../../context.ts';
import { isDatabaseDown, isLateStatement } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { beginLoad, endLoad } from './journal.ts';
import { findSettled } from './ledger-queries.ts';

/** A request does not wait longer than this for a look into Postgres. */
const LOOK_MS = 1_500;

/**
 * Loads a balance into Redis: settled balance minus what is pending and not in the ledger. When something moved between
 * the halves nothing is stored, and the caller's next round finds out. Throws `http.unavailable` (503) without Postgres.
 */
export async function loadBalance(ctx: Ctx, userId: string): Promise<void> {
  const begun = await beginLoad(ctx, userId);
  if (!begun) return;
  await endLoad(ctx, userId, begun, await lookInLedger(findSettled(ctx.db.pool, userId, begun.pendingTxIds)));
}

/** Awaits a read of the ledger for a request; `http.unavailable` (503) when Postgres is away or slow. */
export async function lookInLedger<T>(read: Promise<T>, ms = LOOK_MS): Promise<T> {
  try {
    return await inTime(read, ms);
  } catch (error) {
    if (!isDatabaseDown(error) && !isLateStatement(error) && !(error instanceof TooLate)) throw error;
    throw fail('http.unavailable', { cause: error, retryAfterSeconds: 2 });
  }
}

export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** The result of `work`, or a `TooLate` after `ms`; the work goes on unobserved then. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TooLate(`not done within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    // Whoever loses the race may still fail later.
    work.catch(() => undefined);
  }
}
