import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { seoulDay } from '../../lib/clock.ts';
import { fail } from '../../lib/errors.ts';
import { readBalance } from './balance.ts';
import { findCheckIn } from './check-in-queries.ts';
import { afterCredit, announceCredit } from './credit.ts';
import { insertCheckIn } from './credit-queries.ts';
import { prices } from './prices.ts';
import { txIdOf } from './tx-id.ts';

/** Whether the user has had the reward of the present Seoul day. */
export async function checkInStatus(ctx: Ctx, userId: string): Promise<{ checkedIn: boolean; day: string }> {
  const day = seoulDay(ctx.clock.now());
  return { checkedIn: await findCheckIn(ctx.db.pool, userId, day), day };
}

/** Gives the reward of the present Seoul day. Throws `points.already_checked_in` (409) when it was given. */
export async function checkIn(ctx: Ctx, userId: string): Promise<{ availablePoints: number; rewardPoints: number }> {
  const at = ctx.clock.now();
  const day = seoulDay(at);
  const done = await withTx(ctx.db, async (tx) => {
    const credited = await insertCheckIn(tx, {
      userId,
      day,
      txId: txIdOf(`checkin:${userId}:${day}`),
      amountPoints: prices.checkInPoints,
      description: 'Daily check-in',
      at,
    });
    if (credited) await announceCredit(tx, credited);
    return credited;
  });
  if (!done) throw fail('points.already_checked_in');
  await afterCredit(ctx, done);
  const { availablePoints } = await readBalance(ctx, userId);
  return { availablePoints, rewardPoints: prices.checkInPoints };
}
