import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { tellRedisOfCredit } from './credit.ts';
import { insertRefund } from './credit-queries.ts';
import { txIdOf } from './tx-id.ts';

type RefundInput = { useTxId: string; userId: string; description?: string };

/**
 * Gives a use back, at most once, and only if it happened: enqueues the job in the transaction that fails what was paid
 * for. `useTxId` is the tx id the use was made with.
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

/** The job of a refund. */
export async function refundUse(ctx: Ctx, { useTxId, description }: RefundJob): Promise<void> {
  const done = await insertRefund(ctx.db.pool, {
    useTxId,
    txId: txIdOf(`refund:${useTxId}`),
    description,
    at: ctx.clock.now(),
  });
  if (done) await tellRedisOfCredit(ctx, done);
}
