import type { Ctx } from '../../context.ts';
import { violatedReference } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { loadPublic, loadVisible } from './access.ts';
import { deleteLike, insertLike, isLiked } from './like-queries.ts';
import { findAccess } from './queries.ts';

/** Likes a public character, once. Throws `character.not_found`, `character.private`, `character.already_liked` (400). */
export async function likeCharacter(ctx: Ctx, actor: Member, id: string): Promise<void> {
  const like = { id: newId(), userId: actor.userId, characterId: id, now: ctx.clock.now() };
  // Deleted between the look and the write: the foreign key says so.
  const done = await insertLike(ctx.db.pool, like).catch((error: unknown) => {
    if (violatedReference(error)) return false;
    throw error;
  });
  if (done) return;
  await loadPublic(ctx, actor, id);
  throw fail('character.already_liked');
}

/** Takes a like back, also from a character that became private. Throws 404 and `character.not_liked` (400). */
export async function unlikeCharacter(ctx: Ctx, actor: Member, id: string): Promise<void> {
  if (await deleteLike(ctx.db.pool, actor.userId, id)) return;
  if (!(await findAccess(ctx.db.pool, id))) throw fail('character.not_found');
  throw fail('character.not_liked');
}

export async function likeStatus(ctx: Ctx, actor: Member, id: string) {
  const character = await loadVisible(ctx, actor, id);
  return { character_id: id, is_liked: await isLiked(ctx.db.pool, actor.userId, id), like_count: character.likeCount };
}
