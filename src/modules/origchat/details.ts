import type { StoredSettings } from '../../db/tables/turns.ts';
import type { Language } from '../../lib/language.ts';
import type { StartWish } from './input.ts';

/** What a story room knows beside what every room does; the names are those of the page's meta. */
export type StoryDetails = {
  start: { chapter?: number; scene_id?: string; seed_label?: string };
  range_from: number | null;
  range_to: number | null;
  focus_character_id: string | null;
  pov: 'possess' | 'persona';
  narrator_mode: boolean;
  seed_label: string | null;
  /** Number of the chapter that the reader has reached: nothing after it is ever told. */
  anchor: number;
  player_max: number | null;
  max_turns: number;
  language: Language;
  /** `pending` while the greeting of a new room is written. */
  intro: 'pending' | 'done';
};

const MAX_TURNS = 500;
const FIRST_CHAPTER = 1;

/** Number of the chapter that a start says the reader has reached. */
export function anchorOf({ start, rangeTo }: StartWish): number {
  return start?.chapter ?? rangeTo ?? FIRST_CHAPTER;
}

/** The details of a new room. */
export function newDetails(wish: StartWish, { language, greeted }: { language: Language; greeted: boolean }) {
  return {
    start: wish.start ?? {},
    range_from: wish.rangeFrom ?? null,
    range_to: wish.rangeTo ?? null,
    focus_character_id: wish.focusCharacterId ?? null,
    pov: wish.pov ?? 'possess',
    narrator_mode: wish.narratorMode ?? false,
    seed_label: wish.seedLabel ?? wish.start?.seed_label ?? null,
    anchor: anchorOf(wish),
    player_max: wish.rangeTo ?? wish.start?.chapter ?? null,
    max_turns: MAX_TURNS,
    language,
    intro: greeted ? 'done' : 'pending',
  } satisfies StoryDetails;
}

/** What a start changes in a room that is there already: what it asks for and nothing else. */
export function changedDetails(wish: StartWish): Partial<StoryDetails> {
  const { start, rangeFrom, rangeTo, focusCharacterId, pov, narratorMode, seedLabel } = wish;
  const label = seedLabel ?? start?.seed_label;
  const playerMax = rangeTo ?? start?.chapter;
  return {
    ...(start && Object.keys(start).length > 0 && { start }),
    ...(rangeFrom !== undefined && { range_from: rangeFrom }),
    ...(rangeTo !== undefined && { range_to: rangeTo }),
    ...(focusCharacterId !== undefined && { focus_character_id: focusCharacterId }),
    ...(pov && { pov }),
    ...(narratorMode !== undefined && { narrator_mode: narratorMode }),
    ...(label !== undefined && { seed_label: label }),
    ...(start?.chapter !== undefined && { anchor: start.chapter }),
    ...(playerMax !== undefined && { player_max: playerMax }),
  };
}

/** The settings that a story room begins with. */
export function newSettings({ length }: StartWish): StoredSettings {
  return {
    response_length_pref: length ?? 'medium',
    postprocess_mode: 'off',
    next_event_len: 1,
    prewarm_on_start: true,
  };
}

/** The details of a story room as stored; one of older make has the defaults. */
export function detailsOf(room: { details: Record<string, unknown> }): StoryDetails {
  const stored = room.details as Partial<StoryDetails>;
  return {
    start: {},
    range_from: null,
    range_to: null,
    focus_character_id: null,
    pov: 'possess',
    narrator_mode: false,
    seed_label: null,
    anchor: FIRST_CHAPTER,
    player_max: null,
    max_turns: MAX_TURNS,
    language: 'ko',
    intro: 'done',
    ...stored,
  };
}
