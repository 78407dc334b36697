import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { loadReply } from './access.ts';
import { findOfTurn } from './message-queries.ts';
import type { RoomAccessRow } from './room-queries.ts';
import { findNewestDone } from './turn-queries.ts';
import type { TurnRequest } from './turn-request.ts';

/**
 * The request that plays a room's last turn again. Throws 404, 403, 410, `chat.not_a_reply` (400) and
 * `chat.not_last_reply` (409).
 */
export async function retryInput(
  ctx: Ctx,
  actor: Member,
  messageId: string,
): Promise<{ room: RoomAccessRow; input: TurnRequest['input'] }> {
  const { room, message } = await loadReply(ctx, actor, messageId);
  const newest = await findNewestDone(ctx.db.pool, room.id);
  if (message.part !== 'reply' || !newest || newest.id !== message.turnId) throw fail('chat.not_last_reply');
  const rows = await findOfTurn(ctx.db.pool, newest.id);
  const userMessage = rows.find(({ part }) => part === 'user');
  return { room, input: { kind: 'retry', of: newest, userMessage, reply: message } };
}
