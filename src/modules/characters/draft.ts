import type { StoredAffinityStage, StoredImage, StoredScene, StoredVoice } from '../../db/tables/characters.ts';
import { type FieldError, fail } from '../../lib/errors.ts';
import { cleanDisplayHtml, DISPLAY_HTML_MAX_CHARS } from './display-html.ts';
import { normaliseStartSets } from './start-sets/normalise.ts';
import { maxTurnsOf, mirrorOpening } from './start-sets/read.ts';
import type { Excess } from './start-sets/values.ts';

export type DialogueDraft = { userMessage: string; characterResponse: string; orderIndex: number };

/** A character as its writers give it: only the keys they mean to set. Texts are stored as they come. */
export type CharacterDraft = {
  name?: string;
  description?: string | null;
  personality?: string | null;
  speechStyle?: string | null;
  greeting?: string | null;
  backgroundStory?: string | null;
  worldSetting?: string | null;
  userDisplayDescription?: string | null;
  useCustomDescription?: boolean;
  introductionScenes?: StoredScene[];
  /** Any JSON; `start-sets/normalise` makes of it what is stored. */
  startSets?: unknown;
  characterType?: 'roleplay' | 'simulator' | 'custom';
  baseLanguage?: string;
  avatarUrl?: string | null;
  imageDescriptions?: StoredImage[];
  voiceSettings?: StoredVoice | null;
  hasAffinitySystem?: boolean;
  affinityRules?: string | null;
  affinityStages?: StoredAffinityStage[];
  isPublic?: boolean;
  customModuleId?: string | null;
  useTranslation?: boolean;
  sourceType?: 'ORIGINAL' | 'IMPORTED';
  originStoryId?: string | null;
  exampleDialogues?: DialogueDraft[];
  /** Slugs; missing tags are made. */
  tags?: string[];
};

/** What a character had before a change; what mirroring falls back on. */
type Current = { greeting: string | null; introductionScenes: StoredScene[]; startSets: unknown };
const nothing: Current = { greeting: null, introductionScenes: [], startSets: null };

const TEXTS = [
  'description',
  'personality',
  'speechStyle',
  'greeting',
  'backgroundStory',
  'worldSetting',
  'affinityRules',
] as const;

/** Where the wizard's request has its document; other writers have no page that would read the place. */
const START_SETS_POINTER = '/basic_info/start_sets';

/**
 * The columns that a draft sets, with the copies that follow from `start_sets`: greeting, scenes and turns are always
 * those of the selected opening. Throws `http.invalid` (422) for a blank name and for what passes the limits.
 */
export function columnsOf(draft: CharacterDraft, current: Current = nothing) {
  const { exampleDialogues: _rows, tags: _links, startSets, ...fields } = draft;
  const columns = { ...fields };
  if (columns.name !== undefined) {
    columns.name = columns.name.trim();
    if (columns.name === '')
      throw invalid([{ pointer: '/basic_info/name', detail: 'must not be blank', rule: 'minLength', limit: 1 }]);
  }
  for (const key of TEXTS) if (columns[key] !== undefined) columns[key] = orNull(columns[key]);
  if (columns.userDisplayDescription != null)
    columns.userDisplayDescription = displayText(columns.userDisplayDescription);
  const sets = startSets === undefined ? normaliseStartSets(current.startSets) : checkedStartSets(startSets);
  const mirrored = mirrorOpening(sets, {
    greeting: columns.greeting === undefined ? current.greeting : columns.greeting,
    introductionScenes: columns.introductionScenes ?? current.introductionScenes,
  });
  return {
    ...columns,
    ...mirrored,
    ...(startSets === undefined ? {} : { startSets: sets, maxTurns: maxTurnsOf(sets) }),
  };
}

function orNull(text: string | null | undefined): string | null {
  return text == null || text.trim() === '' ? null : text;
}

function displayText(html: string): string | null {
  const clean = cleanDisplayHtml(html);
  if (clean.length > DISPLAY_HTML_MAX_CHARS)
    throw invalid([tooLong('/basic_info/user_display_description', DISPLAY_HTML_MAX_CHARS)]);
  return orNull(clean);
}

function checkedStartSets(given: unknown) {
  const excesses: Excess[] = [];
  const sets = normaliseStartSets(given, excesses);
  if (excesses.length > 0) {
    const fields = excesses
      .slice(0, 20)
      .map(({ pointer, max, unit }) => tooLong(`${START_SETS_POINTER}${pointer}`, max, unit));
    throw invalid(fields);
  }
  return sets;
}

function tooLong(pointer: string, limit: number, unit: Excess['unit'] = 'characters'): FieldError {
  const rule = unit === 'entries' ? 'maxItems' : 'maxLength';
  return { pointer, detail: `must have at most ${limit} ${unit}`, rule, limit };
}

function invalid(fields: FieldError[]) {
  const [first] = fields;
  return fail('http.invalid', {
    params: { problem: `${first?.pointer.slice(1).replaceAll('/', '.')} ${first?.detail}` },
    fields,
  });
}
