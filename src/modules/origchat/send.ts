import type { Ctx } from '../../context.ts';
import type { StoredState } from '../../db/tables/turns.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import type { SseEvent } from '../../lib/sse-event.ts';
import { loadRoom, type RoomAccessRow, requireKind } from '../turns/access.ts';
import { followTurn } from '../turns/follow-turn.ts';
import { lastSaid, patchSettings } from '../turns/held-back.ts';
import { replayLast, type StartedTurn, startTurn } from '../turns/run-turn.ts';
import type { Said, TurnKind, TurnRequest } from '../turns/turn-request.ts';
import { readTurn, type TurnWish } from './input.ts';
import { origPolicy, progressOf } from './policy.ts';
import type { SendResultView, TurnInput } from './schema.ts';

/** What became of a turn that was asked for: one that runs, or an answer that is there already. */
export type Sent =
  | { room: RoomAccessRow; turn: StartedTurn }
  | { room: RoomAccessRow; turn: undefined; answer: SendResultView };

/** Thrown inside a transaction, so that nothing of the turn is left: the user has choices to answer first. */
class ChoicesWait extends Error {
  override readonly name = 'ChoicesWait';
}

const WARNING = {
  en: 'Please choose one of the choices first, or write something yourself.',
  ko: '먼저 선택지 중 하나를 고르거나 직접 입력해 주세요.',
} as const;

/**
 * Plays a turn of a story. With a known key it is the answer of then, marked as skipped; the same key while the turn runs
 * joins it. While choices wait, letting the story go on changes nothing and says so. Throws `origchat.room_required`
 * (400), 404, 403, 410, `chat.wrong_room_kind` and `origchat.choice_stale` (409), and what `startTurn` throws.
 */
export async function sendTurn(
  ctx: Ctx,
  actor: Member,
  body: TurnInput,
  { language, headerKey }: { language: Language; headerKey: string | undefined },
): Promise<Sent> {
  const wish = readTurn(body);
  if (wish.roomId === undefined) throw fail('origchat.room_required');
  const room = requireKind(await loadRoom(ctx, actor, wish.roomId), 'origchat');
  if (room.originStoryId === null) throw fail('chat.story_gone');
  const idempotencyKey = headerKey ?? wish.idempotencyKey;
  const request: TurnRequest = {
    room,
    input: moveOf(wish),
    settingsPatch: wish.settingsPatch,
    joins: true,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    language,
  };
  try {
    const turn = (await replayLast(ctx, origPolicy, request)) ?? (await startTurn(ctx, origPolicy, actor, request));
    if (turn.repeated !== 'replayed') return { room, turn };
    return { room, turn: undefined, answer: replayed(await turn.outcome) };
  } catch (error) {
    if (!(error instanceof ChoicesWait)) throw error;
    return { room, turn: undefined, answer: await heldBack(ctx, room, wish, language) };
  }
}

/** The move that a wish is: which kind of turn, with which message. */
function moveOf(wish: TurnWish): TurnRequest['input'] {
  const { roomId: _, settingsPatch: __, idempotencyKey: ___, ...asked } = wish;
  const { text, choiceId, situation } = wish;
  const speaks = text !== '' || choiceId !== '' || situation !== '';
  const turn = kindOf(wish);
  return {
    kind: 'move',
    turn,
    asked,
    ...(speaks && { says: (state: StoredState) => messageOf(wish, state) }),
    ...(turn === 'event' && choiceId === '' && { allow: refuseWhileChoicesWait }),
  };
}

function kindOf({ trigger, text, choiceId, situation }: TurnWish): TurnKind {
  if (trigger === 'choices') return 'choices';
  if (trigger === 'next_event') return 'event';
  if (text !== '' || choiceId !== '') return 'turn';
  return situation === '' ? 'continue' : 'situation';
}

function refuseWhileChoicesWait({ pendingChoices }: StoredState): void {
  if (pendingChoices.length > 0) throw new ChoicesWait();
}

/** The user's message as it is stored. A choice must be one of those on offer. */
function messageOf({ text, choiceId, situation, command }: TurnWish, { pendingChoices }: StoredState): Said {
  const about = situation === '' ? {} : { situation };
  if (choiceId !== '') {
    const chosen = pendingChoices.find(({ id }) => id === choiceId);
    if (!chosen) throw fail('origchat.choice_stale');
    return { text: text || chosen.label, metadata: { kind: 'choice', choice_id: choiceId, ...about } };
  }
  if (text !== '') return { text, metadata: { kind: 'text', ...about, ...(command && { command: 'choices' }) } };
  return { text: `situation: ${situation}`, metadata: { kind: 'situation', situation } };
}

/** An answer that was given before, as clients know it. */
function replayed(result: SendResultView): SendResultView {
  return {
    ...result,
    user_message: null,
    ending_message: null,
    meta: { ...result.meta, skipped: true, reason: 'idempotent' },
  };
}

/** Nothing happens but that the settings are taken over. */
async function heldBack(ctx: Ctx, room: RoomAccessRow, wish: TurnWish, language: Language): Promise<SendResultView> {
  const [last] = await Promise.all([lastSaid(ctx, room.id), patchSettings(ctx, room.id, wish.settingsPatch)]);
  return {
    user_message: null,
    ai_message: last,
    ending_message: null,
    meta: { ...progressOf(room, room.turnCount), warning: WARNING[language] },
    suggested_image_index: -1,
  };
}

/** The answer of a sent turn. */
export function answerOf(sent: Sent): Promise<SendResultView> {
  return sent.turn ? sent.turn.outcome : Promise.resolve(sent.answer);
}

/** A sent turn as events; one that was answered at once has no text to tell. */
export async function* followSent(ctx: Ctx, sent: Sent, signal: AbortSignal): AsyncGenerator<SseEvent> {
  const { room, turn } = sent;
  if (turn) {
    const of = { turnId: turn.id, turnNo: turn.turnNo, userMessage: turn.userMessage };
    yield* followTurn(ctx, origPolicy, room, of, undefined, signal);
    return;
  }
  yield { event: 'start', data: { room_id: room.id, character_id: room.characterId } };
  yield { event: 'final', data: sent.answer };
  yield { event: 'done', data: {} };
}
