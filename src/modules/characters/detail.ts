import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { requireVisible } from './access.ts';
import { findDetail } from './detail-queries.ts';
import type { CharacterDetailView } from './schema.ts';
import { viewDetail } from './views.ts';

/** A character as its page shows it to `actor`. Throws `character.not_found` (404), `character.private` (403), 401. */
export async function getCharacter(ctx: Ctx, actor: Actor, id: string): Promise<CharacterDetailView> {
  const row = await findDetail(ctx.db.pool, id, actor.kind === 'member' ? actor.userId : null);
  if (!row) throw fail('character.not_found');
  requireVisible(actor, row.character, row);
  return viewDetail(row, actor);
}
