import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { afterCredit, announceCredit } from './credit.ts';
import { grantTimer } from './credit-queries.ts';
import { prices } from './prices.ts';

export type TimerState = {
  /** What waits to be fetched: nothing, since looking fetches it. */
  currentPoints: number;
  maxPoints: number;
  /** What this look has brought. */
  earnedPoints: number;
  nextRefillSeconds: number;
  multiplier: number;
};

/** The free plan's; there is no other yet. */
const MULTIPLIER = 1;

/**
 * Grants what a user's timer has collected since the last look: one point every two hours, at most 15, the rest of the
 * time kept. Taking it empties the bucket, so it fills again.
 */
export async function refillFromTimer(ctx: Ctx, userId: string): Promise<TimerState> {
  const at = ctx.clock.now();
  const intervalSeconds = prices.timerSeconds / MULTIPLIER;
  const granted = await withTx(ctx.db, async (tx) => {
    const answer = await grantTimer(tx, {
      userId,
      txId: newId(),
      at,
      intervalSeconds,
      maxPoints: prices.timerMaxPoints,
      description: 'Timer refill',
    });
    if (answer.earnedPoints > 0) await announceCredit(tx, { userId, ...answer });
    return answer;
  });
  if (granted.earnedPoints > 0) await afterCredit(ctx, { userId, ...granted });
  const collectingSeconds = Math.max(0, at.getTime() - granted.collectingSince.getTime()) / 1_000;
  return {
    currentPoints: 0,
    maxPoints: prices.timerMaxPoints,
    earnedPoints: granted.earnedPoints,
    nextRefillSeconds: Math.ceil(intervalSeconds - (collectingSeconds % intervalSeconds)),
    multiplier: MULTIPLIER,
  };
}
