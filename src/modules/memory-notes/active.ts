import type { Ctx } from '../../context.ts';
import { findActiveNotes } from './queries.ts';

/** More than any prompt has room for; the prompt's own budget decides. */
const MAX_ACTIVE_NOTES = 100;

/** What a prompt is told to remember. */
export type ActiveNote = { id: string; title: string; content: string };

/** A user's switched-on notes about a character, the newest first. */
export async function activeMemoryNotes(ctx: Ctx, userId: string, characterId: string): Promise<ActiveNote[]> {
  const rows = await findActiveNotes(ctx.db.pool, userId, characterId, MAX_ACTIVE_NOTES);
  return rows.map(({ id, title, content }) => ({ id, title, content }));
}
