import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { prices } from '../points/prices.ts';
import { refundOnce } from '../points/refund.ts';
import { txIdOf } from '../points/tx-id.ts';
import { usePoints } from '../points/use.ts';
import { loadVisibleStory } from '../stories/access.ts';
import { isExempt } from './access.ts';
import { completePurchase, findOffer, openPurchase } from './purchase-queries.ts';
import { findOwnedNos } from './queries.ts';
import type { PurchasedView } from './schema.ts';

/** Each round but the last met a purchase that somebody else completed or gave up in the same moment. */
const MAX_ROUNDS = 4;

/** The use of points that pays a purchase: one row, one use. */
const useOf = (purchaseId: string) => txIdOf(`chapter:${purchaseId}`);

/**
 * Buys a chapter, once per user and number however often and in parallel it is asked for. The row of the purchase is there
 * before the points are used under its id, and gives the right to read only after: cut off anywhere in between, the
 * next try completes it with the same use, or `refundUnfinished` gives the points back. Free chapters, and those of
 * readers who never pay, are owned already. Throws `story.not_found` and `chapter.not_found` (404), `story.private`
 * (403), `chapter.too_few_points` (402), and what `usePoints` throws (503).
 */
export async function purchaseChapter(
  ctx: Ctx,
  actor: Member,
  { story_id: storyId, chapter_no: no }: { story_id: string; chapter_no: number },
): Promise<PurchasedView> {
  const wanted = { userId: actor.userId, storyId, no };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const story = await loadVisibleStory(ctx, actor, storyId);
    const offer = await findOffer(ctx.db.pool, wanted);
    if (!offer) throw fail('chapter.not_found');
    if (offer.owned || no <= prices.freeChapters || isExempt(actor, story))
      return { purchased: true, already_owned: true };
    const id = await openPurchase(ctx.db.pool, wanted, { id: newId(), now: ctx.clock.now() });
    if (!id) continue;
    const balance = await pay(ctx, actor.userId, id, no);
    if (balance === undefined) continue;
    if (await completePurchase(ctx.db.pool, id, ctx.clock.now())) return { purchased: true, ruby_balance: balance };
    // The row was given up. Its points come back, also those that were used after they had been looked for.
    await withTx(ctx.db, (tx) => refundPurchase(tx, { id, userId: actor.userId, no }));
  }
  throw fail('http.unavailable', { retryAfterSeconds: 2 });
}

/** Uses the points of a purchase; undefined when it was given up meanwhile. Throws `chapter.too_few_points` (402). */
async function pay(ctx: Ctx, userId: string, purchaseId: string, no: number): Promise<number | undefined> {
  const price = prices.chapterPoints;
  const used = await usePoints(ctx, {
    userId,
    amountPoints: price,
    reason: `Chapter ${no}`,
    reference: { type: 'chapter_purchase', id: purchaseId },
    txId: useOf(purchaseId),
  });
  if (used.kind === 'used') return used.balanceAfter;
  if (used.kind === 'void') return undefined;
  // The row stays, it gives no right: deleting it here could take it from a request that pays at this moment.
  throw fail('chapter.too_few_points', {
    params: { price },
    detail: { code: 'INSUFFICIENT_RUBY', balance: used.balance },
  });
}

/** Gives back what a purchase used, if it used anything, in the transaction that removed its row. */
export async function refundPurchase(
  tx: Tx,
  { id, userId, no }: { id: string; userId: string; no: number },
): Promise<void> {
  await refundOnce(tx, { useTxId: useOf(id), userId, description: `Chapter ${no}` });
}

/** The numbers of a story's chapters that the actor has bought. Throws as `loadVisibleStory`. */
export async function purchasedNos(ctx: Ctx, actor: Member, storyId: string): Promise<number[]> {
  await loadVisibleStory(ctx, actor, storyId);
  return findOwnedNos(ctx.db.pool, actor.userId, storyId);
}
