import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import type { Entry } from './entry.ts';
import { inTime } from './load-balance.ts';
import { settleNow } from './settle-now.ts';
import { shardOf } from './shards.ts';

/** `journaled`: it survives the death of every process, and the worker will write it. `committed`: it is in the ledger. */
export type Persistence = 'journaled' | 'committed';

/** How long an answer waits for the ledger with `POINTS_ACK=committed`. */
const COMMIT_MS = 250;
/** In the window of an epoch nothing less will do, so the wait is longer. */
const WINDOW_COMMIT_MS = 3_000;

export type Admitted = { replayed: boolean; settled: boolean; entry: Entry };

/**
 * What may be promised of an admitted use; waits for the ledger where that is wanted. `known`: the ledger had the use
 * before this admission. `refused`: Postgres said no. Throws `points.unsettled` (503) when nothing may be promised.
 */
export async function promiseOf(
  ctx: Ctx,
  { replayed, settled, entry }: Admitted,
): Promise<Persistence | 'known' | 'refused'> {
  if (!entry.inWindow && ctx.config.points.ack === 'journaled') return 'journaled';
  if (settled) return 'committed';
  try {
    const verdict = settleNow(ctx, shardOf(ctx, entry.userId), entry);
    const { verdict: said } = await inTime(verdict, entry.inWindow ? WINDOW_COMMIT_MS : COMMIT_MS);
    if (said === 'insufficient') return 'refused';
    return said === 'duplicate' && !replayed ? 'known' : 'committed';
  } catch (error) {
    if (!entry.inWindow) return 'journaled';
    throw fail('points.unsettled', { cause: error, retryAfterSeconds: 2 });
  }
}
