import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import { findNewestTurn } from './turn-queries.ts';

/** The turn that runs in a room, else the one that ended last. Throws `chat.no_turn` (404). */
export async function newestTurn(ctx: Ctx, roomId: string): Promise<{ turnId: string; turnNo: number | null }> {
  const turn = await findNewestTurn(ctx.db.pool, roomId);
  if (!turn) throw fail('chat.no_turn');
  return { turnId: turn.id, turnNo: turn.turnNo };
}
