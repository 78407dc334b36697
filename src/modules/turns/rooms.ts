import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { storableText } from '../../lib/storable.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { refundOnce } from '../points/refund.ts';
import { loadRoom, requireRoom } from './access.ts';
import { initialState } from './engine/plan.ts';
import { readScript } from './engine/script.ts';
import { deleteMessagesOfRoom, findMessages, findTail } from './message-queries.ts';
import { reapRoom } from './reap.ts';
import {
  deleteRoomRows,
  findRoom,
  findRoomBySession,
  findRooms,
  lockRoom,
  lockRoomsOf,
  updateRoom,
} from './room-queries.ts';
import type { MessageView, RoomView } from './schema.ts';
import { deleteSummaries } from './summary-queries.ts';
import { deleteTurnsOfRoom, findRunningOfRooms, findRunningTurn } from './turn-queries.ts';
import { viewMessage, viewRoom } from './views.ts';

export async function getRoom(ctx: Ctx, actor: Member, roomId: string): Promise<RoomView> {
  return viewRoom(await loadRoom(ctx, actor, roomId));
}

/** The caller's rooms of both kinds that may still be entered, the last touched first. */
export async function listRooms(ctx: Ctx, actor: Member, limit: number): Promise<RoomView[]> {
  return (await findRooms(ctx.db.pool, actor, {}, { skip: 0, limit })).map(viewRoom);
}

/** The last touched room with a character that may still be entered. */
export async function latestRoom(ctx: Ctx, actor: Member, characterId: string) {
  const [row] = await findRooms(ctx.db.pool, actor, { characterId }, { skip: 0, limit: 1 });
  if (!row) return { has_room: false, room_id: null, updated_at: null };
  return { has_room: true, room_id: row.id, updated_at: row.updatedAt.toISOString() };
}

/** Messages, oldest first: from the beginning, or with `tail` back from the newest. */
export async function listMessages(
  ctx: Ctx,
  actor: Member,
  roomId: string,
  { skip, limit, tail }: { skip: number; limit: number; tail: boolean },
): Promise<MessageView[]> {
  await loadRoom(ctx, actor, roomId);
  const rows = await (tail ? findTail : findMessages)(ctx.db.pool, roomId, skip, limit);
  return rows.map(viewMessage);
}

/** Messages of a session's room, oldest first. Throws as `requireRoom`. */
export async function listHistory(
  ctx: Ctx,
  actor: Member,
  sessionId: string,
  { skip, limit }: { skip: number; limit: number },
): Promise<MessageView[]> {
  const { pool } = ctx.db;
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(sessionId);
  const found =
    (await findRoomBySession(pool, actor.userId, storableText(sessionId))) ??
    (isId ? await findRoom(pool, sessionId) : undefined);
  const room = requireRoom(actor, found);
  return (await findMessages(pool, room.id, skip, limit)).map(viewMessage);
}

/**
 * Clears a room: messages, turns, summary and state begin anew; settings and the pinned character stay. Throws
 * `chat.turn_in_progress` (409) while an answer is written.
 */
export async function clearRoom(ctx: Ctx, actor: Member, roomId: string): Promise<void> {
  await loadRoom(ctx, actor, roomId);
  await reapRoom(ctx, roomId);
  await withTx(ctx.db, async (tx) => {
    const row = await lockRoom(tx, roomId);
    if (!row) throw fail('chat.room_not_found');
    if (await findRunningTurn(tx, roomId)) throw fail('chat.turn_in_progress');
    await deleteMessagesOfRoom(tx, roomId);
    await deleteTurnsOfRoom(tx, roomId);
    await deleteSummaries(tx, roomId);
    await updateRoom(tx, roomId, {
      state: initialState(readScript(row.snapshot, row.openingId)),
      turnCount: 0,
      messageCount: 0,
      summary: null,
      // Nothing before this place is ever told again.
      summarySeq: row.lastSeq,
      updatedAt: ctx.clock.now(),
    });
  });
}

/** Deletes a room with all that belongs to it; an answer that is being written ends, and its points come back. */
export async function deleteRoom(ctx: Ctx, actor: Member, roomId: string): Promise<void> {
  await loadRoom(ctx, actor, roomId);
  const gone = await withTx(ctx.db, (tx) => removeRooms(tx, { roomId }));
  if (gone.length === 0) throw fail('chat.room_not_found');
  await forgetRooms(ctx, gone);
}

/**
 * Removes rooms in the caller's transaction: one room, those of a character that is being deleted, or those of a story
 * (they play it, or their character comes out of it). Points of answers that are being written come back. Returns the
 * rooms' ids, which `forgetRooms` takes after the commit.
 */
export async function removeRooms(
  tx: Tx,
  which: { roomId: string } | { characterId: string } | { storyId: string },
): Promise<string[]> {
  const ids = await lockRoomsOf(tx, which);
  for (const turn of await findRunningOfRooms(tx, ids))
    if (turn.pricePoints > 0)
      await refundOnce(tx, { useTxId: turn.id, userId: turn.userId, description: 'refund of an answer that failed' });
  await deleteRoomRows(tx, ids);
  return ids;
}

/** Takes rooms that are gone out of Redis. Without Redis their keys run out by themselves. */
export async function forgetRooms(ctx: Ctx, roomIds: readonly string[]): Promise<void> {
  if (roomIds.length === 0) return;
  try {
    await ctx.redis.commands.del(...roomIds.map(keys.roomMeta));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
