import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import { AppError } from '../../lib/errors.ts';
import type { TaskPayload } from '../../queue/catalogue.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { readBalance } from './balance.ts';
import { MAX_USE_POINTS } from './entry.ts';
import { findDebt, findLedgerRow, insertDebt } from './ledger-queries.ts';
import { settleShard } from './settle.ts';
import { shardOf } from './shards.ts';
import { txIdOf } from './tx-id.ts';
import { usePoints } from './use.ts';

type ClawBackInput = {
  userId: string;
  /** A positive integer. */
  amountPoints: number;
  /** Unique to the refund notice: the same id takes the points back once. At most 200 characters. */
  refundId: string;
  reference?: { type: string; id: string };
  description?: string;
};

/**
 * Takes points back that were refunded in money, in the caller's transaction: enqueues the job that takes what is
 * available and leaves the rest as a debt, which the next credits pay.
 */
export async function clawBack(tx: Tx, { reference, description, ...input }: ClawBackInput): Promise<void> {
  const payload = {
    ...input,
    referenceType: reference?.type ?? null,
    referenceId: reference?.id ?? null,
    description: description?.slice(0, 200) ?? null,
  };
  await enqueue(tx, 'points.claw_back', payload, { jobKey: `points.claw_back:${input.refundId}` });
}

/**
 * The job of a claw-back. It goes through the same door as a use, so it cannot take what is being spent at the moment;
 * what was taken is read back from the ledger, so a repeated job takes nothing more.
 */
export async function takeBack(ctx: Ctx, job: TaskPayload<'points.claw_back'>): Promise<void> {
  const txId = txIdOf(`clawback:${job.refundId}`);
  if (await findDebt(ctx.db.pool, txId)) return;
  if (!(await findLedgerRow(ctx.db.pool, txId))) await takeAvailable(ctx, job, txId);
  const taken = -((await findLedgerRow(ctx.db.pool, txId))?.delta ?? 0);
  const rest = job.amountPoints - taken;
  if (rest <= 0) return;
  await insertDebt(ctx.db.pool, {
    txId,
    userId: job.userId,
    amountPoints: rest,
    remainingPoints: rest,
    createdAt: ctx.clock.now(),
  });
}

/** Others may spend between the look and the taking; then what is left now is taken. */
const MAX_TRIES = 4;

async function takeAvailable(ctx: Ctx, job: TaskPayload<'points.claw_back'>, txId: string): Promise<void> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const { availablePoints, stale } = await readBalance(ctx, job.userId);
    if (stale) throw new Error('Redis is away: the claw-back waits');
    const amountPoints = Math.min(job.amountPoints, availablePoints, MAX_USE_POINTS);
    if (amountPoints === 0 || (await take(ctx, job, txId, amountPoints)) !== 'short') break;
  }
  for (let run = 0; run < 2; run += 1) await settleShard(ctx, { shard: shardOf(ctx, job.userId) });
}

async function take(
  ctx: Ctx,
  job: TaskPayload<'points.claw_back'>,
  txId: string,
  amountPoints: number,
): Promise<string> {
  try {
    const { kind } = await usePoints(ctx, {
      userId: job.userId,
      amountPoints,
      reason: job.description ?? '',
      reference: { type: job.referenceType ?? 'refund', id: job.referenceId },
      txId,
      type: 'refund',
    });
    return kind;
  } catch (error) {
    // An earlier try took another amount, and is not settled yet.
    if (error instanceof AppError && error.code === 'http.idempotency_mismatch') return 'used';
    throw error;
  }
}
