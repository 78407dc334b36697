import type { Ctx } from '../../context.ts';
import { findLastSaid, findOfTurn } from './message-queries.ts';
import type { Material, ToldRoom, TurnPolicy } from './policy.ts';
import type { SendResultView } from './schema.ts';
import type { TurnRow } from './turn-queries.ts';
import { viewMessage, viewTurn } from './views.ts';

/**
 * What a completed turn brought, as its places show it now; choices come with the last thing that was said. Undefined when
 * the messages are gone.
 */
export async function resultOf<M extends Material>(
  ctx: Ctx,
  policy: Pick<TurnPolicy<M>, 'answerMeta'>,
  room: ToldRoom,
  turn: TurnRow,
): Promise<SendResultView | undefined> {
  const { kind, turnNo, stateAfter, stateBefore } = turn;
  const meta = policy.answerMeta(room, { kind, turnNo, state: stateAfter ?? stateBefore });
  const [rows, last] = await Promise.all([
    findOfTurn(ctx.db.pool, turn.id),
    kind === 'choices' ? findLastSaid(ctx.db.pool, room.id) : undefined,
  ]);
  if (kind !== 'choices') return viewTurn(rows, meta);
  const [user] = rows;
  return (
    last && {
      user_message: user ? viewMessage(user) : null,
      ai_message: viewMessage(last),
      ending_message: null,
      meta,
      suggested_image_index: -1,
    }
  );
}
