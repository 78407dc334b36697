import type { Ctx } from '../../context.ts';
import type { StoredSnapshot, StoredState } from '../../db/tables/turns.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { loadRoom } from './access.ts';
import { readScript, type Script } from './engine/script.ts';
import { type RoomSettings, settingsInForce } from './engine/settings.ts';
import { findTail } from './message-queries.ts';
import type { HistoryLine } from './prompt/parts.ts';
import { findRoomState, type RoomAccessRow } from './room-queries.ts';
import { toldLines } from './told-lines.ts';

const HELPER_MESSAGES = 30;

/** Where a room stands right now, for helpers that suggest what may come next and change nothing. */
export type RoomMoment = {
  room: RoomAccessRow;
  snapshot: StoredSnapshot;
  script: Script;
  state: StoredState;
  settings: RoomSettings;
  history: HistoryLine[];
  turnNo: number;
};

/** Throws 404, 403 and 410 as the room does. */
export async function loadMoment(ctx: Ctx, actor: Member, roomId: string): Promise<RoomMoment> {
  const room = await loadRoom(ctx, actor, roomId);
  const [row, rows] = await Promise.all([
    findRoomState(ctx.db.pool, roomId),
    findTail(ctx.db.pool, roomId, 0, HELPER_MESSAGES),
  ]);
  if (!row) throw fail('chat.room_not_found');
  return {
    room,
    snapshot: row.snapshot,
    script: readScript(row.snapshot, row.openingId),
    state: row.state,
    settings: settingsInForce(row.settings, row.userLength),
    history: toldLines(rows),
    turnNo: row.turnCount,
  };
}
