import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { loadRoom } from './access.ts';
import { findMessages } from './message-queries.ts';
import { findRoomState } from './room-queries.ts';
import { viewMessage, viewRoom } from './views.ts';

/** More than any room has; beyond it the export says that it is cut. */
const MAX_MESSAGES = 20_000;

/** A room as one document: what was said, and the state it led to. The character's sheet is its creator's and stays out. */
export async function exportRoom(ctx: Ctx, actor: Member, roomId: string): Promise<Record<string, unknown>> {
  const room = await loadRoom(ctx, actor, roomId);
  const [rows, row] = await Promise.all([
    findMessages(ctx.db.pool, roomId, 0, MAX_MESSAGES + 1),
    findRoomState(ctx.db.pool, roomId),
  ]);
  return {
    format: 'fabula.room',
    version: 1,
    exported_at: ctx.clock.now().toISOString(),
    room: viewRoom(room),
    kind: room.kind,
    turn_count: row?.turnCount ?? 0,
    settings: row?.settings ?? {},
    state: row?.state ?? {},
    messages: rows.slice(0, MAX_MESSAGES).map(viewMessage),
    truncated: rows.length > MAX_MESSAGES,
  };
}
