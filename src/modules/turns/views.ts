import type { MessageRow } from './message-queries.ts';
import type { RoomAccessRow } from './room-queries.ts';
import type { MessageView, RoomView, SendResultView } from './schema.ts';

export function viewRoom(row: RoomAccessRow): RoomView {
  return {
    id: row.id,
    user_id: row.userId,
    character_id: row.characterId,
    title: row.title,
    message_count: row.messageCount,
    summary: row.summary,
    character: {
      id: row.characterId,
      name: row.characterName,
      avatar_url: row.characterAvatarUrl,
      origin_story_id: row.originStoryId,
      creator_id: row.characterCreatorId,
      creator_username: null,
      creator_avatar_url: null,
    },
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    session_id: row.sessionId,
    forked_from:
      row.forkedFromRoomId === null ? null : { room_id: row.forkedFromRoomId, turn_no: row.forkedFromTurnNo ?? 0 },
  };
}

export function viewMessage(row: MessageRow): MessageView {
  return {
    id: row.id,
    chat_room_id: row.roomId,
    sender_type: row.senderType,
    content: row.content,
    message_metadata: row.metadata,
    created_at: row.createdAt.toISOString(),
    upvotes: row.upvotes,
    downvotes: row.downvotes,
  };
}

/** What a turn brought, from its messages. Undefined when it has no reply. */
export function viewTurn(
  rows: readonly MessageRow[],
  meta: SendResultView['meta'],
  suggestedImageIndex = -1,
): SendResultView | undefined {
  const part = (name: MessageRow['part']) => rows.find((row) => row.part === name);
  const [user, reply, ending] = [part('user'), part('reply'), part('ending')];
  if (!reply) return undefined;
  return {
    user_message: user ? viewMessage(user) : null,
    ai_message: viewMessage(reply),
    ending_message: ending ? viewMessage(ending) : null,
    meta,
    suggested_image_index: suggestedImageIndex,
  };
}
