import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { loadRoom } from './access.ts';
import { stopHere } from './running.ts';
import { requestStopOf } from './turn-queries.ts';

/**
 * Stops the answer that is being written. What is shown by then stays as the reply, and is paid; with nothing shown the
 * turn is taken back. False when nothing runs. Another instance hears of it within a second.
 */
export async function stopTurn(ctx: Ctx, actor: Member, roomId: string): Promise<{ stopped: boolean }> {
  await loadRoom(ctx, actor, roomId);
  const turnId = await requestStopOf(ctx.db.pool, roomId);
  if (turnId !== undefined) stopHere(ctx, turnId);
  return { stopped: turnId !== undefined };
}
