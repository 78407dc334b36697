import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { tellRedisOfCredit } from './credit.ts';
import { insertRefund } from './credit-queries.ts';
import { voidUse } from './journal.ts';
import { settleShard } from './settle.ts';
import { shardOf } from './shards.ts';
import { txIdOf } from './tx-id.ts';

type RefundInput = { useTxId: string; userId: string; description?: string };

/**
 * Gives a use back, at most once, and only if it happened: enqueues the job in the transaction that fails what was paid
 * for. `useTxId` is the `txId` the use was made with; a use of it that comes later is answered `void`.
 */
export async function refundOnce(tx: Tx, { useTxId, userId, description }: RefundInput): Promise<void> {
  await enqueue(
    tx,
    'points.refund',
    { useTxId, userId, description: description?.slice(0, 200) ?? null },
    { jobKey: `points.refund:${useTxId}` },
  );
}

type RefundJob = { useTxId: string; userId: string; description: string | null };

/**
 * The job of a refund. A use that is still in the journal is settled first: only what the ledger has is given back. One
 * that was never made is made impossible.
 */
export async function refundUse(ctx: Ctx, { useTxId, userId, description }: RefundJob): Promise<void> {
  const giveBack = () =>
    insertRefund(ctx.db.pool, { useTxId, txId: txIdOf(`refund:${useTxId}`), description, at: ctx.clock.now() });
  let done = await giveBack();
  if (!done && !(await voidUse(ctx, userId, useTxId))) {
    // A run that was under way may have read the journal before this use was in it; the next one has it.
    for (let run = 0; run < 2; run += 1) await settleShard(ctx, { shard: shardOf(ctx, userId) });
    done = await giveBack();
  }
  if (done) await tellRedisOfCredit(ctx, done);
}
