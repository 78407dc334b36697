import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { keepStory } from '../stories/access.ts';
import { loadRoom } from './access.ts';
import { initialState } from './engine/plan.ts';
import { readScript } from './engine/script.ts';
import { copyLine, findCut, findLastNumber, findSummaryAt } from './fork-queries.ts';
import { findMessage } from './message-queries.ts';
import { clearCurrent, findRoom, insertRoom, lockOpening, lockRoom } from './room-queries.ts';
import type { RoomView } from './schema.ts';
import { findTurn } from './turn-queries.ts';
import { viewRoom } from './views.ts';

/**
 * A new room that goes on from a message of another one: its messages to there, the pinned character, and the state that
 * was stored with that turn. A turn is taken whole; at the user's own message the room ends before it, so that they can
 * say it differently. The old room stays as it is; the new one becomes the current one. Throws 404, 403, 410.
 */
export async function forkRoom(ctx: Ctx, actor: Member, roomId: string, messageId: string): Promise<RoomView> {
  const { characterId, kind, storyId, originStoryId } = await loadRoom(ctx, actor, roomId);
  const id = newId();
  const story = storyId ?? originStoryId;
  await withTx(ctx.db, async (tx) => {
    // A story is held before any of its rooms, as by its deletion.
    if (story !== null && !(await keepStory(tx, story))) throw fail('chat.story_gone');
    await lockOpening(tx, actor.userId, characterId, kind);
    const room = await lockRoom(tx, roomId);
    const message = await findMessage(tx, messageId);
    if (!room || message?.roomId !== room.id) throw fail('chat.message_not_found');
    const at = message.part === 'user' ? message.seq - 1 : message.seq;
    const cut = await findCut(tx, roomId, at);
    const turn = cut?.turn_id ? await findTurn(tx, cut.turn_id) : undefined;
    if (turn?.status === 'running') throw fail('chat.turn_in_progress');
    const uptoSeq = cut?.upto_seq ?? 0;
    const turnNo = (await findLastNumber(tx, roomId, uptoSeq)) ?? 0;
    const summarySeq = turn?.summarySeq ?? 0;
    const now = ctx.clock.now();
    await clearCurrent(tx, actor.userId, characterId, kind);
    await insertRoom(tx, {
      id,
      userId: actor.userId,
      characterId,
      storyId: room.storyId,
      kind,
      title: room.title,
      openingId: room.openingId,
      snapshot: room.snapshot,
      settings: room.settings,
      state: turn?.stateAfter ?? initialState(readScript(room.snapshot, room.openingId)),
      details: room.details,
      turnCount: turnNo,
      messageCount: cut?.messages ?? 0,
      lastSeq: uptoSeq,
      summary: summarySeq > 0 ? await findSummaryAt(tx, roomId, summarySeq) : null,
      summarySeq,
      forkedFromRoomId: room.id,
      forkedFromTurnNo: turnNo,
      createdAt: now,
      updatedAt: now,
    });
    await copyLine(tx, { fromRoomId: roomId, toRoomId: id, uptoSeq, summarySeq });
  });
  const row = await findRoom(ctx.db.pool, id);
  if (!row) throw fail('chat.room_not_found');
  return viewRoom(row);
}
