import type { Ctx } from '../../context.ts';
import { violatedUnique } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { sha256 } from '../../lib/crypto.ts';
import { AppError, fail } from '../../lib/errors.ts';
import { pause } from '../../llm/limits.ts';
import { usePoints } from '../points/use.ts';
import { failTurn } from './end-turn.ts';
import { outcomeOf } from './follow-turn.ts';
import { lastKeyOf } from './meta.ts';
import { openTurn } from './open-turn.ts';
import { playTurn } from './play-turn.ts';
import type { Material, TurnPolicy } from './policy.ts';
import { takeRoom } from './room-lease.ts';
import type { MessageView, SendResultView } from './schema.ts';
import { type OpenedTurn, stageTurn } from './stage-turn.ts';
import { findReplacement, findRunningTurn, findTurn, findTurnByKey } from './turn-queries.ts';
import type { TurnRequest } from './turn-request.ts';
import { resultOf } from './turn-result.ts';
import { viewMessage } from './views.ts';

/** A turn that runs (or, for a known key, has run). Its row exists. `outcome` rejects with what it failed with. */
export type StartedTurn = {
  id: string;
  roomId: string;
  /** Null: it has none. */
  turnNo: number | null;
  /** Undefined: not looked up. */
  userMessage: MessageView | null | undefined;
  outcome: Promise<SendResultView>;
  /** An earlier request with the same key started it; it still runs, or it is done. */
  repeated?: 'joined' | 'replayed';
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
  const requestHash = hashOf(request);
  const known = () => knownTurn(ctx, policy, request, requestHash);
  const before = await known();
  if (before) return before;
  const lease = await enter(ctx, request, known);
  if (!('release' in lease)) return lease;
  try {
    const opened = await openTurn(ctx, policy, actor, request, requestHash);
    await pay(ctx, actor, opened);
    return perform(ctx, policy, request, opened, lease.release);
  } catch (error) {
    await lease.release();
    // The same key came in between and won.
    const won = mayBeSameKey(error) ? await known() : undefined;
    if (won) return won;
    throw error;
  }
}

function hashOf({ input, settingsPatch, length }: TurnRequest): string {
  return sha256(JSON.stringify([inputOf(input), settingsPatch ?? null, length ?? null]));
}

function mayBeSameKey(error: unknown): boolean {
  return violatedUnique(error) === 'turns_idempotency' || isBusy(error);
}

function isBusy(error: unknown): boolean {
  return error instanceof AppError && error.code === 'chat.turn_in_progress';
}

function inputOf(input: TurnRequest['input']): unknown {
  return input.kind === 'retry' ? ['retry', input.userMessage?.id ?? null] : input.asked;
}

const LOOK_AGAIN_MS = 20;
const LOOKS = 100;

/**
 * Takes the room. One that is taken by the same request, which has not written its row yet, is waited for when the request
 * joins. Throws `chat.turn_in_progress` (409).
 */
async function enter(
  ctx: Ctx,
  { room, idempotencyKey, joins }: TurnRequest,
  known: () => Promise<StartedTurn | undefined>,
): Promise<{ release: () => Promise<void> } | StartedTurn> {
  for (let look = 1; ; look += 1) {
    try {
      return await takeRoom(ctx, room.id);
    } catch (error) {
      if (!joins || idempotencyKey === undefined || !isBusy(error) || look > LOOKS) throw error;
      const running = await findRunningTurn(ctx.db.pool, room.id);
      if (running && running.idempotencyKey !== idempotencyKey) throw error;
    }
    await pause(LOOK_AGAIN_MS, ctx.stopping);
    const found = await known();
    if (found) return found;
  }
}

/** The turn that this request has started before, if it has. Throws `http.idempotency_mismatch` (422). */
async function knownTurn<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  { room, idempotencyKey, joins }: TurnRequest,
  requestHash: string,
): Promise<StartedTurn | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const earlier = await findTurnByKey(ctx.db.pool, room.id, idempotencyKey);
  if (!earlier) return undefined;
  if (earlier.requestHash !== requestHash) throw fail('http.idempotency_mismatch');
  // Played again meanwhile: its place shows what came of that.
  const standing = earlier.status === 'replaced' ? await findReplacement(ctx.db.pool, earlier) : earlier;
  if (!standing) throw fail('chat.message_not_found');
  const known = { id: standing.id, roomId: room.id, turnNo: standing.turnNo };
  if (standing.status === 'running') {
    if (!joins) throw fail('http.idempotency_in_flight');
    const outcome = outcomeOf(ctx, policy, room, standing.id);
    // Somebody may only want to see its events.
    outcome.catch(() => undefined);
    return { ...known, userMessage: undefined, outcome, repeated: 'joined' };
  }
  const result = await resultOf(ctx, policy, room, standing);
  if (!result) throw fail('chat.message_not_found');
  return { ...known, userMessage: result.user_message, outcome: Promise.resolve(result), repeated: 'replayed' };
}

/**
 * The room's last turn, if it is the one that the request asks for again and Redis still knows: without a look into the
 * other turns. Throws `http.idempotency_mismatch` (422).
 */
export async function replayLast<M extends Material>(
  ctx: Ctx,
  policy: TurnPolicy<M>,
  request: TurnRequest,
): Promise<StartedTurn | undefined> {
  const { room, idempotencyKey } = request;
  const last = idempotencyKey === undefined ? undefined : await lastKeyOf(ctx, room);
  if (!last || last.key !== idempotencyKey) return undefined;
  if (last.requestHash !== hashOf(request)) throw fail('http.idempotency_mismatch');
  const turn = await findTurn(ctx.db.pool, last.turnId);
  const result = turn?.status === 'done' ? await resultOf(ctx, policy, room, turn) : undefined;
  if (!result) return undefined;
  const { user_message: userMessage } = result;
  return {
    id: last.turnId,
    roomId: room.id,
    turnNo: turn?.turnNo ?? null,
    userMessage,
    outcome: Promise.resolve(result),
    repeated: 'replayed',
  };
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
  const startedAt = performance.now();
  const measure = (outcome: 'done' | 'failed') =>
    ctx.meters.turn(opened.room.kind, outcome, (performance.now() - startedAt) / 1_000);
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
      () => measure('done'),
      (error: unknown) => {
        measure('failed');
        if (!(error instanceof AppError)) ctx.log.error('turn failed', { turn_id: turn.id, error });
      },
    )
    .finally(() => ctx.background.delete(work));
  ctx.background.add(work);
  return {
    id: turn.id,
    roomId: turn.roomId,
    turnNo: turn.turnNo,
    userMessage: userMessage && request.input.kind === 'move' ? viewMessage(userMessage) : null,
    outcome,
  };
}
