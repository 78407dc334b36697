import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { findStoryAccess, keepRow } from './picture-queries.ts';

type Seen = { creatorId: string; isPublic: boolean };

/**
 * Refuses whoever may not see a story: `story.not_found` (404; also for a deleted one) and for a private one
 * `story.private` (403), or 401 for a token that is good no more, so that the client renews it.
 */
export function requireVisibleStory<S extends Seen>(actor: Actor, story: S | undefined): S {
  if (!story) throw fail('story.not_found');
  if (story.isPublic || (actor.kind === 'member' && (actor.isAdmin || actor.userId === story.creatorId))) return story;
  throw actor.kind === 'guest' && actor.staleToken ? fail('auth.not_authenticated') : fail('story.private');
}

/** The story, for whoever may see it. Throws as `requireVisibleStory`. */
export async function loadVisibleStory(ctx: Ctx, actor: Actor, id: string) {
  return requireVisibleStory(actor, await findStoryAccess(ctx.db.pool, id));
}

/**
 * Keeps a story from being deleted until the transaction ends; false when it is deleted. Whoever writes a row that refers
 * to a story asks this first: a foreign key alone is content with the tombstone.
 */
export function keepStory(tx: Tx, id: string): Promise<boolean> {
  return keepRow(tx, id);
}

/** Throws `story.not_found` (404), and `story.not_yours` (403) for everyone but the owner, administrators too. */
export function requireStoryOwner<S extends { creatorId: string }>(actor: Member, story: S | undefined): S {
  if (!story) throw fail('story.not_found');
  if (story.creatorId !== actor.userId) throw fail('story.not_yours');
  return story;
}
