import type { Ctx } from '../../context.ts';
import { databaseTimeMs } from './ledger-queries.ts';

/**
 * How long after it was read from the journal an entry may be written to the ledger. It is well below the window of an
 * epoch (10 s), so whatever was read before a loss of Redis' data has arrived or never will when the window closes.
 */
const MAX_WAY_MS = 4_000;
const RENEW_AFTER_MS = 30_000;

type Sample = { databaseMs: number; takenAt: number };
const samples = new WeakMap<Ctx, Sample>();

/**
 * The deadline of entries read at `readAt` (`performance.now()`), on the clock of the database: `points_apply` itself
 * refuses to write after it, so that a statement which was held up somewhere does no harm. Wall clocks of two machines
 * are never compared.
 */
export async function ledgerDeadline(ctx: Ctx, readAt: number): Promise<Date> {
  let sample = samples.get(ctx);
  if (!sample || performance.now() - sample.takenAt > RENEW_AFTER_MS) {
    const databaseMs = await databaseTimeMs(ctx.db.pool);
    // Taken after the answer came: the estimate is early rather than late.
    sample = { databaseMs, takenAt: performance.now() };
    samples.set(ctx, sample);
  }
  return new Date(Math.floor(sample.databaseMs + (readAt - sample.takenAt) + MAX_WAY_MS));
}

/** After a refused deadline the database may be another machine's: ask again next time. */
export function forgetDatabaseTime(ctx: Ctx): void {
  samples.delete(ctx);
}
