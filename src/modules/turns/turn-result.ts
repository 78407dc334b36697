import type { Ctx } from '../../context.ts';
import { findOfTurn } from './message-queries.ts';
import type { SendResultView } from './schema.ts';
import type { TurnRow } from './turn-queries.ts';
import { viewTurn } from './views.ts';

/** What a completed turn brought, as its places show it now. Undefined when its messages are gone. */
export async function resultOf(
  ctx: Ctx,
  turn: TurnRow,
  answerMeta: (room: { state: TurnRow['stateBefore']; turnCount: number }) => SendResultView['meta'],
): Promise<SendResultView | undefined> {
  const meta = answerMeta({ state: turn.stateAfter ?? turn.stateBefore, turnCount: turn.turnNo ?? 0 });
  return viewTurn(await findOfTurn(ctx.db.pool, turn.id), meta);
}
