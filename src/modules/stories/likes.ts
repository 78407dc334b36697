import type { Ctx } from '../../context.ts';
import { violatedReference } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { loadVisibleStory } from './access.ts';
import { deleteLike, insertLike, isLiked } from './like-queries.ts';
import { findStoryAccess } from './picture-queries.ts';

/**
 * Likes a public story, once. Throws `story.not_found` (404), `story.private` (403, for its owner too),
 * `story.already_liked` (400).
 */
export async function likeStory(ctx: Ctx, actor: Member, id: string): Promise<void> {
  const like = { id: newId(), userId: actor.userId, storyId: id, now: ctx.clock.now() };
  // Deleted between the look and the write: the foreign key says so.
  const done = await insertLike(ctx.db.pool, like).catch((error: unknown) => {
    if (violatedReference(error)) return false;
    throw error;
  });
  if (done) return;
  const story = await loadVisibleStory(ctx, actor, id);
  throw fail(story.isPublic ? 'story.already_liked' : 'story.private');
}

/** Takes a like back, also from a story that became private. Throws 404 and `story.not_liked` (400). */
export async function unlikeStory(ctx: Ctx, actor: Member, id: string): Promise<void> {
  if (await deleteLike(ctx.db.pool, actor.userId, id)) return;
  if (!(await findStoryAccess(ctx.db.pool, id))) throw fail('story.not_found');
  throw fail('story.not_liked');
}

/** Whether one likes a story that one may see. Throws 404 and 403. */
export async function likeStatus(ctx: Ctx, actor: Member, id: string) {
  const story = await loadVisibleStory(ctx, actor, id);
  return { is_liked: await isLiked(ctx.db.pool, actor.userId, id), like_count: story.likeCount };
}
