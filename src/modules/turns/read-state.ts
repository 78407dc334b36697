import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { loadRoom } from './access.ts';
import { findRead, findUnreadRooms, incrementUnreadRow, markReadRow } from './read-state-queries.ts';

/** One's own rooms only. All of these throw 404, 403 and 410 as the room itself does. */
export async function markRead(ctx: Ctx, actor: Member, roomId: string) {
  await loadRoom(ctx, actor, roomId);
  await markReadRow(ctx.db.pool, roomId, actor.userId, ctx.clock.now());
  return { success: true as const };
}

export async function incrementUnread(ctx: Ctx, actor: Member, roomId: string) {
  await loadRoom(ctx, actor, roomId);
  return { success: true as const, unread_count: await incrementUnreadRow(ctx.db.pool, roomId, actor.userId) };
}

export async function getReadStatus(ctx: Ctx, actor: Member, roomId: string) {
  await loadRoom(ctx, actor, roomId);
  const row = await findRead(ctx.db.pool, roomId, actor.userId);
  return { unread_count: row?.unreadCount ?? 0, last_read_at: row?.lastReadAt?.toISOString() ?? null };
}

export async function listUnread(ctx: Ctx, actor: Member, limit: number) {
  const rows = await findUnreadRooms(ctx.db.pool, actor, limit);
  return {
    data: rows.map((row) => ({
      id: row.id,
      user_id: row.userId,
      character_id: row.characterId,
      character: {
        id: row.characterId,
        name: row.characterName,
        avatar_url: row.characterAvatarUrl,
        thumbnail_url: row.characterAvatarUrl,
      },
      title: row.title,
      message_count: row.messageCount,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
      unread_count: row.unreadCount,
    })),
  };
}
