import type { Ctx } from '../../context.ts';
import { findActivePersona } from './queries.ts';

/** What a prompt says of the person who writes. */
export type ActivePersona = { id: string; name: string; description: string };

/**
 * The persona a user has in a kind of chat: the active one, when it is meant for that kind or for all. Undefined: the
 * user is nobody but themself.
 */
export async function activePersona(
  ctx: Ctx,
  userId: string,
  scope: 'character' | 'origchat',
): Promise<ActivePersona | undefined> {
  const row = await findActivePersona(ctx.db.pool, userId);
  if (!row || (row.applyScope !== 'all' && row.applyScope !== scope)) return undefined;
  return { id: row.id, name: row.name, description: row.description };
}
