import type { Ctx } from '../../context.ts';
import type { StoredSettings } from '../../db/tables/turns.ts';
import { violatedUnique, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { sha256 } from '../../lib/crypto.ts';
import { AppError, fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Language } from '../../lib/language.ts';
import { usePoints } from '../points/use.ts';
import { failTurn } from './end-turn.ts';
import { readSettingsPatch } from './engine/settings.ts';
import { insertMessages, type MessageRow } from './message-queries.ts';
import { playTurn } from './play-turn.ts';
import type { Material, TurnPolicy } from './policy.ts';
import { reapRoom } from './reap.ts';
import { takeRoom } from './room-lease.ts';
import type { RoomAccessRow } from './room-queries.ts';
import type { MessageView, SendResultView } from './schema.ts';
import { type OpenedTurn, stageTurn } from './stage-turn.ts';
import { findTurnByKey, findWriter, insertTurn, openRoomForTurn, replaceTurn, type TurnRow } from './turn-queries.ts';
import { resultOf } from './turn-result.ts';
import { viewMessage } from './views.ts';

/** What a user asks of a room. The room is guarded already and of the policy's kind. */
export type TurnRequest = {
  room: RoomAccessRow;
  input:
    | { kind: 'turn'; text: string; metadata: Record<string, unknown> | null }
    | { kind: 'continue' }
    /** The room's last turn is played again, from the state before it. */
    | { kind: 'retry'; of: TurnRow; userMessage: MessageRow | undefined; replySeq: number };
  settingsPatch?: unknown;
  length?: string;
  idempotencyKey?: string;
  language: Language;
};

/** A turn that runs (or, for a known key, has run). Its row exists. `outcome` rejects with what it failed with. */
export type StartedTurn = {
  id: string;
  roomId: string;
  userMessage: MessageView | null;
  outcome: Promise<SendResultView>;
};

/**
 * Starts a turn and returns as soon as it runs; it goes on whatever becomes of the request. In order: idempotency, lease,
 * settings and message and number in one transaction, points. Throws `http.idempotency_in_flight` (409),
 * `http.idempotency_mismatch` (422), `chat.turn_in_progress` (409), `chat.insufficient_points` (402), and what
 * `usePoints` throws; then nothing of the turn is left but the settings.
 */
export async function startTurn<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  actor: Member,
  request: TurnRequest,
): Promise<StartedTurn> {
  const requestHash = sha256(
    JSON.stringify([inputOf(request.input), request.settingsPatch ?? null, request.length ?? null]),
  );
  if (request.idempotencyKey !== undefined) {
    const earlier = await findTurnByKey(ctx.db.pool, request.room.id, request.idempotencyKey);
    if (earlier) return replay(ctx, policy, earlier, requestHash);
  }
  const lease = await takeRoom(ctx, request.room.id);
  try {
    const opened = await openTurn(ctx, policy, actor, request, requestHash);
    await pay(ctx, actor, opened);
    return perform(ctx, policy, request, opened, lease.release);
  } catch (error) {
    await lease.release();
    // The same key came in between and won.
    if (violatedUnique(error) === 'turns_idempotency' && request.idempotencyKey !== undefined) {
      const earlier = await findTurnByKey(ctx.db.pool, request.room.id, request.idempotencyKey);
      if (earlier) return replay(ctx, policy, earlier, requestHash);
    }
    throw error;
  }
}

function inputOf(input: TurnRequest['input']): unknown {
  return input.kind === 'retry' ? ['retry', input.userMessage?.id ?? null] : input;
}

async function replay<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  earlier: TurnRow,
  requestHash: string,
): Promise<StartedTurn> {
  if (earlier.requestHash !== requestHash) throw fail('http.idempotency_mismatch');
  if (earlier.status === 'running') throw fail('http.idempotency_in_flight');
  const result = await resultOf(ctx, earlier, policy.answerMeta);
  if (!result) throw fail('chat.message_not_found');
  return {
    id: earlier.id,
    roomId: earlier.roomId,
    userMessage: result.user_message,
    outcome: Promise.resolve(result),
  };
}

/** Writes the turn's row and message, once more if a turn was in the way whose process is gone. */
async function openTurn<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  actor: Member,
  request: TurnRequest,
  requestHash: string,
): Promise<OpenedTurn> {
  const writer = await findWriter(ctx.db.pool, actor.userId);
  if (!writer) throw fail('auth.not_authenticated');
  const model = ctx.llm.models.find(writer.preferredSubModel ?? writer.preferredModel);
  const patch = readSettingsPatch(request.settingsPatch);
  const open = () => writeTurn(ctx, request, { patch, requestHash, model: model.id, price: policy.pricePoints(model) });
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

type NewTurn = { patch: StoredSettings; requestHash: string; model: string; price: number };

/** The first transaction: the room's row is held, so number and state are those of this moment. */
function writeTurn(ctx: Ctx, request: TurnRequest, { patch, requestHash, model, price }: NewTurn) {
  const { room, input } = request;
  const now = ctx.clock.now();
  return withTx(ctx.db, async (tx) => {
    const own = input.kind === 'turn' ? 1 : 0;
    const row = await openRoomForTurn(tx, room.id, { patch, messages: own, now });
    if (!row) throw fail('chat.room_not_found');
    if (input.kind === 'continue' && row.messageCount === 0) throw fail('chat.nothing_to_continue');
    const again = input.kind === 'retry' ? input.of : undefined;
    if (again && !(await replaceTurn(tx, again.id))) throw fail('chat.not_last_reply');
    const turn = {
      id: newId(),
      roomId: room.id,
      kind: again?.kind ?? (input.kind === 'continue' ? ('continue' as const) : ('turn' as const)),
      turnNo: again ? again.turnNo : input.kind === 'turn' ? row.turnCount + 1 : null,
      status: 'running' as const,
      retryOf: again?.id ?? null,
      idempotencyKey: request.idempotencyKey ?? null,
      requestHash,
      model,
      pricePoints: price,
      language: request.language,
      stateBefore: again?.stateBefore ?? row.state,
      startedAt: now,
      heartbeatAt: now,
    };
    const message =
      input.kind === 'turn'
        ? {
            id: newId(),
            roomId: room.id,
            turnId: turn.id,
            seq: row.lastSeq,
            part: 'user' as const,
            senderType: 'user' as const,
            content: input.text,
            metadata: input.metadata,
            createdAt: now,
          }
        : undefined;
    const [, [userMessage]] = await Promise.all([
      insertTurn(tx, turn),
      insertMessages(tx, message === undefined ? [] : [message]),
    ]);
    return { room: row, turn, userMessage: input.kind === 'retry' ? input.userMessage : userMessage };
  });
}

/** Uses the points with the turn's id. When that fails, the turn is taken back. */
async function pay(ctx: Ctx, actor: Member, { turn }: OpenedTurn): Promise<void> {
  if (turn.pricePoints === 0) return;
  try {
    const used = await usePoints(ctx, {
      userId: actor.userId,
      amountPoints: turn.pricePoints,
      reason: 'AI reply',
      reference: { type: 'turn', id: turn.id },
      txId: turn.id,
    });
    if (used.kind === 'used') return;
    if (used.kind === 'void') throw fail('chat.interrupted');
    throw fail('chat.insufficient_points', { params: { price: turn.pricePoints, balance: used.balance } });
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'http.unavailable';
    await failTurn(ctx, turn, { code, userId: actor.userId });
    throw error;
  }
}

/** Sends the turn on its way, detached; the process waits for it when it is asked to stop. */
function perform<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  request: TurnRequest,
  opened: OpenedTurn,
  release: () => Promise<void>,
): StartedTurn {
  const { turn, userMessage } = opened;
  const run = async () => {
    try {
      return await playTurn(ctx, await stageTurn(ctx, policy, request, opened));
    } finally {
      await release();
    }
  };
  const outcome = run();
  const work: Promise<void> = outcome
    .then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof AppError)) ctx.log.error('turn failed', { turn_id: turn.id, error });
      },
    )
    .finally(() => ctx.background.delete(work));
  ctx.background.add(work);
  return {
    id: turn.id,
    roomId: turn.roomId,
    userMessage: userMessage && request.input.kind === 'turn' ? viewMessage(userMessage) : null,
    outcome,
  };
}
