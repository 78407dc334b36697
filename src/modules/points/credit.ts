import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { type Credited, insertCredit } from './credit-queries.ts';
import { addCredit } from './journal.ts';
import { txIdOf } from './tx-id.ts';

export type CreditInput = {
  userId: string;
  /** A positive integer. */
  amountPoints: number;
  kind: 'charge' | 'bonus';
  /** What the points are for, in words that are unique to it (`payment:<id>`): the same cause credits once. */
  cause: string;
  reference?: { type: string; id: string };
  /** At most 200 characters; shown in the user's history. */
  description?: string;
  at: Date;
};

/** What Redis has to be told of a credit. */
type Announced = Pick<Credited, 'userId' | 'netPoints' | 'version'>;

/**
 * Adds points in the caller's transaction, once per cause: a repeated call changes nothing and returns the same with
 * `created: false`. The job that tells Redis is part of the transaction; call `afterCredit` with the answer once it is
 * committed, so that the user sees the points at once. Throws when the cause was used for another user or amount.
 */
export async function creditPoints(tx: Tx, input: CreditInput): Promise<Credited> {
  const done = await insertCredit(tx, {
    txId: txIdOf(input.cause),
    userId: input.userId,
    amountPoints: input.amountPoints,
    type: input.kind,
    description: input.description?.slice(0, 200) ?? null,
    referenceType: input.reference?.type ?? null,
    referenceId: input.reference?.id ?? null,
    at: input.at,
  });
  await announceCredit(tx, done);
  return done;
}

/** Enqueues the job that brings a committed credit to Redis. */
export async function announceCredit(tx: Tx, { userId, netPoints, version }: Announced): Promise<void> {
  await enqueue(tx, 'points.credited', { userId, netPoints, version });
}

/** Tells Redis of a committed credit. It may be called any number of times, and fails quietly: the job does it again. */
export async function afterCredit(ctx: Ctx, done: Announced): Promise<void> {
  await tellRedisOfCredit(ctx, done).catch((error: unknown) => {
    ctx.log.warn('a credit waits for its job', { user_id: done.userId, error });
  });
}

/** The job of a credit. Throws while Redis is away, so that the queue tries again. */
export async function tellRedisOfCredit(ctx: Ctx, { userId, netPoints, version }: Announced): Promise<void> {
  await addCredit(ctx, userId, netPoints, version);
}
