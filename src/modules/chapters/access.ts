import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { prices } from '../points/prices.ts';
import { loadVisibleStory } from '../stories/access.ts';
import { currentSubscription } from '../subscriptions/plans.ts';
import { findOwnedNos } from './queries.ts';

/** The chapters of a story as one reader has them. */
export type Reader = {
  /** From this number on a chapter must be bought; null when nothing must. */
  lockedFromNo: number | null;
  /** Numbers that were bought; empty when nothing must. */
  ownedNos: readonly number[];
  mayRead(no: number): boolean;
};

const everything: Reader = { lockedFromNo: null, ownedNos: [], mayRead: () => true };

/**
 * Which chapters of a story `actor` may read whole: the first five, those that were bought, and all of them for the
 * owner, administrators and plans with free chapters. Of any other no more than 200 characters may be shown. Throws what
 * `loadVisibleStory` throws (404, 403, 401).
 */
export async function readableChapters(ctx: Ctx, actor: Actor, storyId: string): Promise<Reader> {
  return readerOf(ctx, actor, await loadVisibleStory(ctx, actor, storyId));
}

/** The same for a story that was loaded already. */
export async function readerOf(ctx: Ctx, actor: Actor, story: { id: string; creatorId: string }): Promise<Reader> {
  if (isExempt(actor, story)) return everything;
  const ownedNos = actor.kind === 'member' ? await findOwnedNos(ctx.db.pool, actor.userId, story.id) : [];
  const owned = new Set(ownedNos);
  return {
    lockedFromNo: prices.freeChapters + 1,
    ownedNos,
    mayRead: (no) => no <= prices.freeChapters || owned.has(no),
  };
}

/** Who never pays for chapters of this story. */
export function isExempt(actor: Actor, story: { creatorId: string }): boolean {
  if (actor.kind === 'guest') return false;
  return actor.isAdmin || actor.userId === story.creatorId || currentSubscription().free_chapters;
}
