import type { Ctx } from '../../context.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { seesAll } from '../characters/access.ts';
import { findMessage, type MessageRow } from './message-queries.ts';
import { findRoom, findRoomOfMessage, type RoomAccessRow, type RoomKind } from './room-queries.ts';

export type { RoomAccessRow } from './room-queries.ts';

type Guarded = {
  characterCreatorId: string;
  characterIsPublic: boolean;
  characterIsActive: boolean;
  originStoryId: string | null;
  storyCreatorId: string | null;
  storyIsPublic: boolean | null;
  storyDeletedAt: Date | null;
};

/**
 * Refuses whoever may not talk to a character, in this order: switched off 404, its story deleted 410, private character
 * or private story 403 (their creators and administrators may). There is no exemption for rooms that are older.
 */
export function requirePlayable(actor: Actor, row: Guarded): void {
  const owner = seesAll(actor, { creatorId: row.characterCreatorId });
  if (!row.characterIsActive && !owner) throw fail('character.not_found');
  if (row.originStoryId !== null) requireStory(actor, row);
  if (!row.characterIsPublic && !owner) throw fail('character.private');
}

function requireStory(
  actor: Actor,
  {
    storyCreatorId,
    storyIsPublic,
    storyDeletedAt,
  }: Pick<Guarded, 'storyCreatorId' | 'storyIsPublic' | 'storyDeletedAt'>,
): void {
  if (storyCreatorId === null || storyDeletedAt !== null) throw fail('chat.story_gone');
  if (!storyIsPublic && !seesAll(actor, { creatorId: storyCreatorId })) throw fail('chat.story_private');
}

/** Lists ask the same by `enterable` in the queries. */
function guardRoom(actor: Actor, row: RoomAccessRow): void {
  requirePlayable(actor, row);
  if (row.storyId !== null && row.storyId !== row.originStoryId)
    requireStory(actor, {
      storyCreatorId: row.playedStoryCreatorId,
      storyIsPublic: row.playedStoryIsPublic,
      storyDeletedAt: row.playedStoryDeletedAt,
    });
}

/** One's own room that may still be entered. Throws 404, `chat.not_your_room` (403), then as `requirePlayable`. */
export function requireRoom(actor: Member, row: RoomAccessRow | undefined): RoomAccessRow {
  if (!row) throw fail('chat.room_not_found');
  if (row.userId !== actor.userId) throw fail('chat.not_your_room');
  guardRoom(actor, row);
  return row;
}

export async function loadRoom(ctx: Ctx, actor: Member, roomId: string): Promise<RoomAccessRow> {
  return requireRoom(actor, await findRoom(ctx.db.pool, roomId));
}

/** A room of the given kind. Throws `chat.wrong_room_kind` (409) for the other one. */
export function requireKind(room: RoomAccessRow, kind: RoomKind): RoomAccessRow {
  if (room.kind !== kind) throw fail('chat.wrong_room_kind');
  return room;
}

/** A message in one's own room. Throws `chat.message_not_found` (404), then as `requireRoom`. */
export async function loadMessage(
  ctx: Ctx,
  actor: Member,
  messageId: string,
): Promise<{ room: RoomAccessRow; message: MessageRow }> {
  const [found, message] = await Promise.all([
    findRoomOfMessage(ctx.db.pool, messageId),
    findMessage(ctx.db.pool, messageId),
  ]);
  if (!found || !message) throw fail('chat.message_not_found');
  return { room: requireRoom(actor, found), message };
}

/** The same for a message of the AI. Throws `chat.not_a_reply` (400) for others. */
export async function loadReply(ctx: Ctx, actor: Member, messageId: string) {
  const found = await loadMessage(ctx, actor, messageId);
  if (found.message.senderType === 'user') throw fail('chat.not_a_reply');
  return found;
}
