import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import type { SseEvent } from '../../lib/sse-event.ts';
import { origPolicy } from '../origchat/policy.ts';
import { loadRoom, type RoomAccessRow, requireKind, requireRoom } from '../turns/access.ts';
import { followTurn } from '../turns/follow-turn.ts';
import { newestTurn } from '../turns/newest-turn.ts';
import { retryInput } from '../turns/retry.ts';
import { type StartedTurn, startTurn } from '../turns/run-turn.ts';
import type { TurnRequest } from '../turns/turn-request.ts';
import { chatPolicy } from './policy.ts';
import type { SendInput } from './schema.ts';
import { openChat } from './start.ts';

/** Texts that ask for more of the last reply and are no message. */
const CONTINUE = new Set(['', 'continue', '계속', 'continue please']);

export type Sent = { room: RoomAccessRow; turn: StartedTurn };

type SendOptions = { idempotencyKey?: string; language: Language };

/**
 * Sends a message to a room, or has its last reply continued: the one verb behind the three doors. Without a room it is
 * the current one with the character. Throws 404, 403, 410, `chat.wrong_character` (403), `chat.wrong_room_kind` (409),
 * and what `startTurn` throws.
 */
export async function sendMessage(
  ctx: Ctx,
  actor: Member,
  input: SendInput,
  { idempotencyKey, language }: SendOptions,
): Promise<Sent> {
  const room =
    input.room_id == null
      ? requireRoom(actor, await openChat(ctx, actor, input.character_id, { fresh: false }))
      : await loadRoom(ctx, actor, input.room_id);
  if (room.characterId !== input.character_id.toLowerCase()) throw fail('chat.wrong_character');
  requireKind(room, 'chat');
  const text = input.content.trim();
  const said = { text, metadata: input.client_message_kind === 'next_action' ? { kind: 'next_action' } : null };
  const turn = await startTurn(ctx, chatPolicy, actor, {
    room,
    input: CONTINUE.has(text.toLowerCase())
      ? { kind: 'move', turn: 'continue', asked: { kind: 'continue' } }
      : { kind: 'move', turn: 'turn', asked: { kind: 'turn', ...said }, says: () => said },
    settingsPatch: input.settings_patch ?? undefined,
    ...(input.response_length_override == null ? {} : { length: input.response_length_override }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    language,
  } satisfies TurnRequest);
  return { room, turn };
}

/** Plays the last turn of a room of either kind again. Throws as `retryInput` and `startTurn`. */
export async function retryMessage(
  ctx: Ctx,
  actor: Member,
  messageId: string,
  { idempotencyKey, language }: SendOptions,
): Promise<Sent> {
  const { room, input } = await retryInput(ctx, actor, messageId);
  const request = { room, input, ...(idempotencyKey === undefined ? {} : { idempotencyKey }), language };
  const turn =
    room.kind === 'chat'
      ? await startTurn(ctx, chatPolicy, actor, request)
      : await startTurn(ctx, origPolicy, actor, request);
  return { room, turn };
}

/** What an answer in a room tells beside its text. */
function policyOf({ kind }: RoomAccessRow): Pick<typeof chatPolicy, 'answerMeta'> {
  return kind === 'chat' ? chatPolicy : origPolicy;
}

/** A sent turn as events. */
export function followSent(ctx: Ctx, { room, turn }: Sent, signal: AbortSignal): AsyncGenerator<SseEvent> {
  const of = { turnId: turn.id, turnNo: turn.turnNo, userMessage: turn.userMessage };
  return followTurn(ctx, policyOf(room), room, of, undefined, signal);
}

/**
 * The events of the turn that runs in a room, or of its last one. Throws 404, 403, 410, and `chat.no_turn` (404) where
 * there was none yet.
 */
export async function openTurnStream(
  ctx: Ctx,
  actor: Member,
  roomId: string,
  lastEventId: string | undefined,
): Promise<(signal: AbortSignal) => AsyncGenerator<SseEvent>> {
  const room = await loadRoom(ctx, actor, roomId);
  const newest = await newestTurn(ctx, room.id);
  return (signal) => followTurn(ctx, policyOf(room), room, newest, lastEventId, signal);
}
