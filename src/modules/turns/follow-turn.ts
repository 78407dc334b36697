import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import type { SseEvent } from '../../lib/sse-event.ts';
import { followText, type TextRow } from '../../redis/follow.ts';
import { keys } from '../../redis/keys.ts';
import { errorOf } from './end-turn.ts';
import { findOfTurn } from './message-queries.ts';
import type { Material, ToldRoom, TurnPolicy } from './policy.ts';
import type { RoomAccessRow } from './room-queries.ts';
import type { MessageView, SendResultView } from './schema.ts';
import { findTurn } from './turn-queries.ts';
import { resultOf } from './turn-result.ts';
import { viewMessage } from './views.ts';

/**
 * A turn as its readers see it: start, the user's message, deltas, then final or error, then done. With the
 * `lastEventId` of one of its events it goes on from there, on any instance; that of another turn counts for nothing.
 */
export async function* followTurn<M extends Material>(
  ctx: Ctx,
  policy: Pick<TurnPolicy<M>, 'answerMeta'>,
  room: ToldRoom & Pick<RoomAccessRow, 'characterId'>,
  { turnId, turnNo = null, userMessage }: { turnId: string; turnNo?: number | null; userMessage?: MessageView | null },
  lastEventId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<SseEvent> {
  yield {
    event: 'start',
    data: { room_id: room.id, character_id: room.characterId, turn_id: turnId, turn_no: turnNo },
  };
  const position = positionIn(turnId, lastEventId);
  const known = userMessage === undefined && position === undefined ? await userMessageOf(ctx, turnId) : userMessage;
  if (known) yield { event: 'user', data: { user_message: known } };
  const events = followText(ctx.redis, {
    key: keys.turnEvents(turnId),
    lastEventId: position,
    deltaEvent: 'delta',
    readRow: () => readRow(ctx, policy, room, turnId),
    signal,
  });
  for await (const event of events) {
    yield event.id === undefined ? event : { ...event, id: `${turnId}:${event.id}` };
    if (event.event !== 'final' && event.event !== 'error') continue;
    yield { event: 'done', data: {} };
    return;
  }
}

/** The position in a turn that the id of one of its events tells. */
function positionIn(turnId: string, eventId: string | undefined): string | undefined {
  return eventId?.startsWith(`${turnId}:`) ? eventId.slice(turnId.length + 1) : undefined;
}

/** Waits for a turn that runs somewhere and returns what it brings; throws what it failed with. */
export async function outcomeOf<M extends Material>(
  ctx: Ctx,
  policy: Pick<TurnPolicy<M>, 'answerMeta'>,
  room: ToldRoom & Pick<RoomAccessRow, 'characterId'>,
  turnId: string,
): Promise<SendResultView> {
  for await (const _ of followTurn(ctx, policy, room, { turnId, userMessage: null }, undefined, ctx.stopping));
  const turn = await findTurn(ctx.db.pool, turnId);
  const result = turn?.status === 'done' ? await resultOf(ctx, policy, room, turn) : undefined;
  if (!result) throw turn ? errorOf(turn) : fail('chat.room_not_found');
  return result;
}

async function userMessageOf(ctx: Ctx, turnId: string): Promise<MessageView | null> {
  const rows = await findOfTurn(ctx.db.pool, turnId);
  const row = rows.find(({ part }) => part === 'user');
  return row ? viewMessage(row) : null;
}

async function readRow<M extends Material>(
  ctx: Ctx,
  policy: Pick<TurnPolicy<M>, 'answerMeta'>,
  room: ToldRoom,
  turnId: string,
): Promise<TextRow | undefined> {
  const turn = await findTurn(ctx.db.pool, turnId);
  if (!turn) return { content: '', eventCount: 0, end: gone('chat.room_not_found', 'en') };
  const { text, eventCount } = turn;
  if (turn.status === 'running') return { content: text, eventCount };
  if (turn.status === 'failed') return { content: text, eventCount, end: gone(turn.errorCode, turn.language) };
  const result = await resultOf(ctx, policy, room, turn);
  if (!result) return { content: text, eventCount, end: gone('chat.message_not_found', turn.language) };
  // Choices tell no text of their own.
  const content = turn.kind === 'choices' ? '' : result.ai_message.content;
  return { content, eventCount, end: { event: 'final', data: result } };
}

function gone(errorCode: string | null, language: 'ko' | 'en'): NonNullable<TextRow['end']> {
  const error = errorOf({ errorCode });
  return { event: 'error', data: { code: error.status, detail: error.text(language) } };
}
