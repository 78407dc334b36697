import type { Ctx } from '../../context.ts';
import { addSeconds } from '../../lib/clock.ts';
import { errorOf, failTurn } from './end-turn.ts';
import { announceTurnEnd } from './recorder.ts';
import { findRunningTurn, findSilentTurns } from './turn-queries.ts';

/** A living turn writes its row every second; one that is silent for so long is gone. */
const SILENT_SECONDS = 10;
const REAP_AT_ONCE = 100;

/**
 * Takes back turns whose process died: the user's message, the number, the points; and tells their readers. Returns how
 * many. Any number of workers may do it at once: each turn is taken back by one of them.
 */
export async function reapTurns(ctx: Ctx): Promise<number> {
  const silentSince = addSeconds(ctx.clock.now(), -SILENT_SECONDS);
  let reaped = 0;
  for (const turn of await findSilentTurns(ctx.db.pool, silentSince, REAP_AT_ONCE))
    if (await takeBack(ctx, turn, silentSince)) reaped += 1;
  return reaped;
}

/** The same for one room that somebody wants to use. True when its turn was taken back. */
export async function reapRoom(ctx: Ctx, roomId: string): Promise<boolean> {
  const silentSince = addSeconds(ctx.clock.now(), -SILENT_SECONDS);
  const turn = await findRunningTurn(ctx.db.pool, roomId);
  // It ended a moment ago: the room is free.
  if (!turn) return true;
  return turn.heartbeatAt < silentSince && (await takeBack(ctx, turn, silentSince));
}

async function takeBack(ctx: Ctx, turn: { id: string; roomId: string }, silentSince: Date): Promise<boolean> {
  const failed = await failTurn(ctx, turn, { code: 'chat.interrupted', silentSince });
  if (!failed) return false;
  ctx.log.warn('turn taken back: its process is gone', { turn_id: turn.id });
  const error = errorOf(failed);
  await announceTurnEnd(ctx, failed, { code: error.status, detail: error.text(failed.language) });
  return true;
}
