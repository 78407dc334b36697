import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { tagsOfCharacter } from '../tags/tags.ts';
import { loadVisible } from './access.ts';

/** Tags of a character that the actor may see, by name. Throws 404, 403 and 401. */
export async function listTagsOf(ctx: Ctx, actor: Actor, characterId: string) {
  await loadVisible(ctx, actor, characterId);
  return tagsOfCharacter(ctx, characterId);
}
