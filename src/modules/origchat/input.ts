import { isUuid } from '../../lib/ids.ts';
import { safePrefix } from '../../lib/text.ts';

type Loose = Record<string, unknown>;

/** What a start asks for. What is missing was not said, or was null, or makes no sense. */
export type StartWish = {
  characterId: string | undefined;
  storyId: string | undefined;
  forced: boolean;
  start: { chapter?: number; scene_id?: string; seed_label?: string } | undefined;
  rangeFrom: number | undefined;
  rangeTo: number | undefined;
  focusCharacterId: string | undefined;
  narratorMode: boolean | undefined;
  pov: 'possess' | 'persona' | undefined;
  length: 'short' | 'medium' | 'long' | undefined;
  seedLabel: string | undefined;
  idempotencyKey: string | undefined;
};

const LABEL_CHARS = 200;
const MAX_CHAPTER = 1_000_000;
const LENGTHS = ['short', 'medium', 'long'] as const;

/** Reads the untyped body of a start. The mode is always the plain one, whatever is asked. Pure. */
export function readStart(body: Loose | null): StartWish {
  const given = body ?? {};
  const start = objectOf(given.start);
  const pov = textOf(given.pov)?.toLowerCase();
  const length = textOf(given.response_length_pref)?.toLowerCase();
  const chapter = wholeOf(start?.chapter);
  const sceneId = textOf(start?.scene_id);
  const startLabel = textOf(start?.seed_label);
  return {
    characterId: idOf(given.character_id),
    storyId: idOf(given.story_id),
    forced: isTrue(given.force_new ?? given.forceNew ?? given['force-new']),
    start: start && {
      ...(chapter === undefined ? {} : { chapter }),
      ...(sceneId === undefined ? {} : { scene_id: sceneId }),
      ...(startLabel === undefined ? {} : { seed_label: startLabel }),
    },
    rangeFrom: wholeOf(given.range_from),
    rangeTo: wholeOf(given.range_to),
    focusCharacterId: idOf(given.focus_character_id),
    narratorMode: typeof given.narrator_mode === 'boolean' ? given.narrator_mode : undefined,
    pov: pov === 'possess' || pov === 'persona' ? pov : undefined,
    length: LENGTHS.find((known) => known === length),
    seedLabel: textOf(given.seed_label),
    idempotencyKey: textOf(given.idempotency_key),
  };
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'y', 'on']);

function isTrue(value: unknown): boolean {
  return typeof value === 'string' ? TRUE_WORDS.has(value.trim().toLowerCase()) : Boolean(value);
}

function objectOf(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return safePrefix(value.trim(), LABEL_CHARS) || undefined;
}

function idOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && isUuid(text) ? text.toLowerCase() : undefined;
}

function wholeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,7}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MAX_CHAPTER
    ? number
    : undefined;
}

/** What a turn asks for, its texts trimmed; `hint` says what the choices should be about. */
export type TurnWish = {
  roomId: string | undefined;
  text: string;
  choiceId: string;
  situation: string;
  trigger: 'choices' | 'next_event' | undefined;
  /** The text is a command and no part of the story. */
  command: boolean;
  hint: string;
  settingsPatch: unknown;
  idempotencyKey: string | undefined;
};

type TurnBody = {
  [K in 'room_id' | 'user_text' | 'choice_id' | 'situation_text' | 'trigger' | 'idempotency_key']?: string | null;
} & { settings_patch?: unknown };

const CHOICES_COMMAND = /^\/선택지\s*/;

/** Reads the body of a turn. An unknown trigger is none. Pure. */
export function readTurn(body: TurnBody | null): TurnWish {
  const text = (value: string | null | undefined) => value?.trim() ?? '';
  const roomId = text(body?.room_id);
  const said = text(body?.user_text);
  const trigger = text(body?.trigger).toLowerCase();
  const command = CHOICES_COMMAND.test(said);
  return {
    roomId: isUuid(roomId) ? roomId.toLowerCase() : undefined,
    text: said,
    choiceId: text(body?.choice_id),
    situation: text(body?.situation_text),
    trigger: command || trigger === 'choices' ? 'choices' : trigger === 'next_event' ? 'next_event' : undefined,
    command,
    hint: command ? said.replace(CHOICES_COMMAND, '') : '',
    settingsPatch: body?.settings_patch ?? undefined,
    idempotencyKey: text(body?.idempotency_key) || undefined,
  };
}
