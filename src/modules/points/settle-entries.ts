import type { Ctx } from '../../context.ts';
import { isDataFault, isLateStatement } from '../../db/tx.ts';
import { admissionOf, type Entry } from './entry.ts';
import { type Acknowledged, acknowledge, compensate } from './journal.ts';
import { forgetDatabaseTime, ledgerDeadline } from './ledger-deadline.ts';
import { applyEntries, parkEntry, type Verdict } from './ledger-queries.ts';

/**
 * Brings entries of one shard to the ledger and takes them off the journal; returns the verdict of each by admission.
 * `readAt` is when the journal was read (`performance.now()`). Any number of settlers may do it with the same entries.
 * An entry that Postgres refuses is parked in the refusing statement and put back; one that it cannot write at all
 * (which no code of ours makes) is parked alone, so that it does not hold up the others.
 */
export async function settleEntries(
  ctx: Ctx,
  shard: number,
  entries: Entry[],
  readAt: number,
): Promise<Map<string, Verdict>> {
  const verdicts = await write(ctx, entries, readAt);
  const done: Acknowledged[] = [];
  for (const entry of entries) {
    const verdict = verdicts.get(admissionOf(entry));
    if (!verdict) throw new Error('points_apply left an entry without a verdict');
    if (verdict.verdict === 'insufficient') {
      // Only after Redis lost data can it have admitted what is not there.
      if (!entry.inWindow)
        ctx.log.error('a promised use of points was refused', { tx: entry.txId, user_id: entry.userId });
      await compensate(ctx, shard, entry);
    } else done.push({ entry, version: verdict.version, knownBefore: verdict.verdict === 'duplicate' });
  }
  await acknowledge(ctx, shard, done);
  return verdicts;
}

async function write(ctx: Ctx, entries: Entry[], readAt: number): Promise<Map<string, Verdict>> {
  const deadline = await ledgerDeadline(ctx, readAt);
  try {
    return await applyEntries(ctx.db.pool, entries, deadline);
  } catch (error) {
    if (isLateStatement(error)) forgetDatabaseTime(ctx);
    if (!isDataFault(error)) throw error;
    const [only] = entries;
    if (entries.length === 1 && only) return new Map([[admissionOf(only), await park(ctx, only, error)]]);
    const each = new Map<string, Verdict>();
    for (const entry of entries) for (const [key, verdict] of await write(ctx, [entry], readAt)) each.set(key, verdict);
    return each;
  }
}

async function park(ctx: Ctx, entry: Entry, error: unknown): Promise<Verdict> {
  ctx.log.error('a use of points cannot be written', { tx: entry.txId, user_id: entry.userId, error });
  await parkEntry(ctx.db.pool, {
    admission: admissionOf(entry),
    txId: entry.txId,
    userId: entry.userId,
    amountPoints: entry.amountPoints,
    why: 'unreadable',
    promised: !entry.inWindow,
    entry,
    parkedAt: ctx.clock.now(),
  });
  return { verdict: 'insufficient', version: 0, delta: 0 };
}
