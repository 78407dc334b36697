import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { safePrefix } from '../../lib/text.ts';
import { itemsById } from '../characters/items.ts';
import { findLastMessages } from './message-queries.ts';
import { findRooms } from './room-queries.ts';

const SNIPPET_CHARS = 100;

/**
 * The characters somebody talked to last, one entry a room. Rooms that may not be entered any more are left out, and
 * story rooms in which nothing has happened yet.
 */
export async function listRecent(
  ctx: Ctx,
  actor: Member,
  { page, limit }: { page: number; limit: number },
): Promise<Record<string, unknown>[]> {
  const rooms = await findRooms(ctx.db.pool, actor, { begun: true }, { skip: (page - 1) * limit, limit });
  const [items, last] = await Promise.all([
    itemsById(
      ctx,
      rooms.map((room) => room.characterId),
      actor.userId,
    ),
    findLastMessages(
      ctx.db.pool,
      rooms.map(({ id }) => id),
    ),
  ]);
  return rooms.flatMap((room) => {
    const item = items.get(room.characterId);
    if (!item) return [];
    const message = last.find(({ roomId }) => roomId === room.id);
    return [
      {
        ...item,
        chat_room_id: room.id,
        last_chat_time: (message?.createdAt ?? room.updatedAt).toISOString(),
        last_message_snippet: message ? safePrefix(message.content.replace(/\s+/g, ' '), SNIPPET_CHARS) : null,
        is_origchat: room.kind === 'origchat',
      },
    ];
  });
}
