import type { Ctx } from '../../context.ts';
import type { StoredSettings } from '../../db/tables/turns.ts';
import { violatedUnique, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { readSettingsPatch } from './engine/settings.ts';
import { insertMessages } from './message-queries.ts';
import type { Material, TurnPolicy } from './policy.ts';
import { reapRoom } from './reap.ts';
import type { OpenedTurn } from './stage-turn.ts';
import { findNewestDone, findWriter, insertTurn, openRoomForTurn, replaceTurn } from './turn-queries.ts';
import { isCounted, type TurnKind, type TurnRequest } from './turn-request.ts';
import { requireFreeVersion } from './version-rows.ts';

/** Writes the turn's row and message, once more if a turn was in the way whose process is gone. */
export async function openTurn<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  actor: Member,
  request: TurnRequest,
  requestHash: string,
): Promise<OpenedTurn> {
  const writer = await findWriter(ctx.db.pool, actor.userId);
  if (!writer) throw fail('auth.not_authenticated');
  const wanted = writer.preferredSubModel ?? writer.preferredModel;
  const model = policy.isPaid ? ctx.llm.models.find(wanted) : ctx.llm.models.findFree(wanted);
  const patch = readSettingsPatch(request.settingsPatch);
  const open = () => writeTurn(ctx, request, { patch, requestHash, model: model.id, price: model.pricePoints });
  try {
    return { ...(await open()), writer, model };
  } catch (error) {
    if (!isBusy(error)) throw error;
    if (!(await reapRoom(ctx, request.room.id))) throw fail('chat.turn_in_progress', { cause: error });
  }
  try {
    return { ...(await open()), writer, model };
  } catch (error) {
    throw isBusy(error) ? fail('chat.turn_in_progress', { cause: error }) : error;
  }
}

/** Another turn runs in the room: it has the one place, and the number. */
function isBusy(error: unknown): boolean {
  return ['turns_one_running', 'turns_number'].includes(violatedUnique(error) ?? '');
}

/** They say nothing new: there must be something that they go on from. */
const NEEDS_A_REPLY: ReadonlySet<TurnKind> = new Set(['continue', 'choices']);

type NewTurn = { patch: StoredSettings; requestHash: string; model: string; price: number };

/** The first transaction: the room's row is held, so number and state are those of this moment. */
function writeTurn(ctx: Ctx, request: TurnRequest, { patch, requestHash, model, price }: NewTurn) {
  const { room, input } = request;
  if (input.kind === 'retry') requireFreeVersion(input.reply);
  const now = ctx.clock.now();
  return withTx(ctx.db, async (tx) => {
    const own = input.kind === 'move' && input.says ? 1 : 0;
    const row = await openRoomForTurn(tx, room.id, { patch, messages: own, now });
    if (!row) throw fail('chat.room_not_found');
    const kind = input.kind === 'move' ? input.turn : input.of.kind;
    const again = input.kind === 'retry' ? input.of : undefined;
    if (NEEDS_A_REPLY.has(kind) && row.messageCount === own) throw fail('chat.nothing_to_continue');
    if (input.kind === 'move') input.allow?.(row.state);
    const said = input.kind === 'move' ? input.says?.(row.state) : undefined;
    // A turn may have ended since the request was made.
    if (again && ((await findNewestDone(tx, room.id))?.id !== again.id || !(await replaceTurn(tx, again.id))))
      throw fail('chat.not_last_reply');
    const turn = {
      id: newId(),
      roomId: room.id,
      kind,
      turnNo: again ? again.turnNo : isCounted(kind) ? row.turnCount + 1 : null,
      status: 'running' as const,
      retryOf: again?.id ?? null,
      idempotencyKey: request.idempotencyKey ?? null,
      requestHash,
      model,
      pricePoints: kind === 'choices' ? 0 : price,
      language: request.language,
      stateBefore: again?.stateBefore ?? row.state,
      startedAt: now,
      heartbeatAt: now,
    };
    const message = said && {
      id: newId(),
      roomId: room.id,
      turnId: turn.id,
      seq: row.lastSeq,
      part: 'user' as const,
      senderType: 'user' as const,
      content: said.text,
      metadata: said.metadata,
      createdAt: now,
    };
    const [, [userMessage]] = await Promise.all([
      insertTurn(tx, turn),
      insertMessages(tx, message === undefined ? [] : [message]),
    ]);
    return { room: row, turn, userMessage: input.kind === 'retry' ? input.userMessage : userMessage };
  });
}
