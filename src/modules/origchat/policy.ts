import type { Ctx } from '../../context.ts';
import { activeMemoryNotes } from '../memory-notes/active.ts';
import { recordOrigchat } from '../metrics/record.ts';
import { activePersona } from '../personas/active.ts';
import type { RoomAccessRow } from '../turns/access.ts';
import { warmMeta } from '../turns/meta.ts';
import type { ToldRoom, ToldTurn, TurnPolicy } from '../turns/policy.ts';
import { offerChoices } from './choices.ts';
import { detailsOf } from './details.ts';
import { findNameInStory } from './knowledge-queries.ts';
import { polishStory } from './polish.ts';
import { composeStory, type StoryMaterial } from './prompt/compose.ts';
import { knowledgeOfRoom } from './read-knowledge.ts';
import type { SendResultView } from './schema.ts';

const MAX_NOTES = 6;

const FAREWELL = {
  en: (char: string) => `The last page is turned. What ${char} and you have lived through stays in the story.`,
  ko: (char: string) => `마지막 장이 넘어갔습니다. ${char}와(과) 함께한 시간은 이야기 속에 남습니다.`,
};

/** Story play: no answer costs points, and each says how far the play has come. */
export const origPolicy: TurnPolicy<StoryMaterial> = {
  kind: 'origchat',
  isPaid: false,
  prepare: prepareStory,
  compose: composeStory,
  polish: polishStory,
  offer: offerChoices,
  answerMeta,
  played: notePlayed,
};

async function prepareStory(ctx: Ctx, room: RoomAccessRow): Promise<StoryMaterial> {
  const { userId, characterId } = room;
  const storyId = room.storyId ?? '';
  const details = detailsOf(room);
  const focusId = details.focus_character_id;
  const [persona, notes, knowledge, focusName] = await Promise.all([
    activePersona(ctx, userId, 'origchat'),
    activeMemoryNotes(ctx, userId, characterId),
    knowledgeOfRoom(ctx, room),
    focusId === null || focusId === characterId ? undefined : findNameInStory(ctx.db.pool, storyId, focusId),
  ]);
  return {
    ...(persona && { userName: persona.name }),
    persona: persona?.description ?? '',
    notes: notes.slice(0, MAX_NOTES),
    knowledge,
    details,
    // Somebody whom the reader has not met yet stays unnamed.
    focusName: focusName !== undefined && knowledge.persons.includes(focusName) ? focusName : undefined,
    turnCount: room.turnCount,
  };
}

/** How far a room has come, as every answer in it says. */
export function progressOf(room: Pick<ToldRoom, 'details'>, turnCount: number) {
  const { max_turns } = detailsOf(room);
  return { turn_count: turnCount, max_turns, completed: turnCount >= max_turns };
}

function answerMeta(room: ToldRoom, { kind, turnNo, state }: ToldTurn): SendResultView['meta'] {
  const { language, max_turns } = detailsOf(room);
  const crossing = turnNo === max_turns;
  return {
    ...progressOf(room, turnNo ?? room.turnCount),
    ...(kind === 'choices' && { choices: state.pendingChoices }),
    ...(crossing && { final_narration: FAREWELL[language](room.characterName) }),
  };
}

/** Counts the turn and has the room's meta ready, which its page asks for next. */
function notePlayed(ctx: Ctx, room: RoomAccessRow, turn: ToldTurn & { firstTextMs: number | undefined }): void {
  recordOrigchat(ctx, {
    storyId: room.storyId ?? '',
    roomId: room.id,
    ...(turn.firstTextMs === undefined ? {} : { ttiMs: turn.firstTextMs }),
    choicesRequested: turn.kind === 'choices',
    nextEvent: turn.kind === 'event',
    completed: turn.turnNo === detailsOf(room).max_turns,
  });
  const work: Promise<void> = warmMeta(ctx, room.id)
    .catch((error: unknown) => ctx.log.warn('meta of a room not kept', { room_id: room.id, error }))
    .finally(() => ctx.background.delete(work));
  ctx.background.add(work);
}
