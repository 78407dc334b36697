import type { Ctx } from '../../../context.ts';
import { fail } from '../../../lib/errors.ts';
import { type Language, languageOf } from '../../../lib/language.ts';
import { similarity } from '../../../lib/similarity.ts';
import type { CharacterFacts } from '../../../llm/character-tasks.ts';
import { cleanText, isMeta, wholeSentences } from '../drafting/clean.ts';
import { type Desk, draftText, isLate } from '../drafting/desk.ts';
import { writeDetails } from '../drafting/details.ts';
import { writeEndingDraft, writeEpilogue } from '../drafting/endings.ts';
import { writeEvents } from '../drafting/events.ts';
import { writeOpening } from '../drafting/opening.ts';
import { buildMessages } from '../drafting/prompt/build.ts';
import { statsWithoutModel, writeStats } from '../drafting/stats.ts';
import { writeWorld } from '../drafting/world.ts';
import type * as s from './schema.ts';

/** What a draft needs of its caller. `limitMs`: tests make it short. */
export type Draft = { language: Language; signal: AbortSignal; limitMs?: number };

/** A route has 60 seconds; the longest draft has two steps. */
const STEP_MS = 45_000;
const SHORT_STEP_MS = 10_000;
const DEFAULT_TURNS = 200;
const LEAST_ENDING_TURNS = 30;
const PROMPT_MIN_CHARS = 3_000;
const SECRET_CHARS = { minChars: 200, maxChars: 600 };
const CONCEPT_MAX_CHARS = 1_500;
/** Openings as alike as this are one. */
const SAME_OPENING = 0.82;
const USED_CONDITIONS = 7;

/** How long a concept is, by the turns that it has to last for. */
const CONCEPT_CHARS = [
  { below: 50, minChars: 300, maxChars: 500 },
  { below: 200, minChars: 350, maxChars: 650 },
  { below: 500, minChars: 500, maxChars: 900 },
  { below: 1_000, minChars: 600, maxChars: 1_000 },
] as const;
const LONGEST_CONCEPT_CHARS = { minChars: 700, maxChars: 1_100 };

type Base = s.DraftInput | s.ConceptInput;

function factsOf(input: Base, mode: 'roleplay' | 'simulator' = 'roleplay'): CharacterFacts {
  return {
    name: input.name.trim(),
    intro: input.description.trim(),
    concept: '',
    world: input.world_setting?.trim() ?? '',
    tags: (input.tags ?? []).map((tag) => tag.trim()).filter((tag) => tag !== ''),
    audience: '',
    mode: input.mode ?? mode,
    dating: input.sim_dating_elements ?? input.sim_variant === 'dating',
    maxTurns: input.max_turns ?? DEFAULT_TURNS,
  };
}

/** Runs a draft. Whatever goes wrong is told as the wizard knows it: `wizard.failed` (503) or `wizard.timeout` (504). */
async function draft<T>(
  ctx: Ctx,
  step: string,
  input: Base,
  { language, signal }: Draft,
  write: (desk: Desk) => Promise<T>,
): Promise<T> {
  const desk = { ctx, signal, language: languageOf(`${input.name} ${input.description}`, language) };
  try {
    return await write(desk);
  } catch (error) {
    signal.throwIfAborted();
    throw fail(isLate(error) ? 'wizard.timeout' : 'wizard.failed', { params: { step }, cause: error });
  }
}

/** What the work is about. */
export function draftConcept(ctx: Ctx, input: s.ConceptInput, by: Draft) {
  return draft(ctx, 'concept', input, by, async (desk) => {
    const facts = { ...factsOf(input), audience: input.audience?.trim() ?? '' };
    const chars = CONCEPT_CHARS.find(({ below }) => facts.maxTurns < below) ?? LONGEST_CONCEPT_CHARS;
    const { minChars, maxChars } = chars;
    const call = {
      task: 'wizard.concept',
      language: desk.language,
      facts: { ...facts, minChars, maxChars },
      messages: buildMessages('concept', desk.language, facts, { min: minChars, max: maxChars }),
    } as const;
    return { concept: await draftText(desk, by.limitMs ?? STEP_MS, call, (text) => prose(text, CONCEPT_MAX_CHARS)) };
  });
}

/** The text by which the character is played, and its numbers; the numbers never fail. */
export function draftPrompt(ctx: Ctx, input: s.DraftInput, by: Draft) {
  return draft(ctx, 'prompt', input, by, async (desk) => {
    const facts = factsOf(input, 'simulator');
    const prompt = await writeWorld(desk, by.limitMs ?? STEP_MS, 'wizard.prompt', facts, PROMPT_MIN_CHARS);
    const withWorld = { ...facts, world: prompt };
    const stats = await writeStats(desk, by.limitMs ?? SHORT_STEP_MS, 'wizard.stats', withWorld).catch(() =>
      statsWithoutModel(desk, 'wizard.stats', withWorld),
    );
    return { prompt, stats };
  });
}

export function draftStats(ctx: Ctx, input: s.DraftInput, by: Draft) {
  return draft(ctx, 'stat', input, by, async (desk) => ({
    stats: await writeStats(desk, by.limitMs ?? STEP_MS, 'wizard.stats', factsOf(input)),
  }));
}

/** A first scene that is not the one to avoid: when it is, one more is asked for, and that one stands. */
export function draftFirstStart(ctx: Ctx, input: s.FirstStartInput, by: Draft) {
  return draft(ctx, 'first_start', input, by, async (desk) => {
    const facts = factsOf(input);
    const avoid = [input.avoid_intro, input.avoid_first_line]
      .map((text) => text?.trim() ?? '')
      .join(' ')
      .trim();
    const limitMs = by.limitMs ?? STEP_MS / 2;
    const write = (not: string) => writeOpening(desk, limitMs, 'wizard.opening', facts, not);
    const first = await write(avoid);
    const text = `${first.intro} ${first.firstLine}`;
    const same = avoid !== '' && similarity(text, avoid) >= SAME_OPENING;
    const { intro, firstLine } = same ? await write(text) : first;
    return { intro, first_line: firstLine };
  });
}

export function draftDetail(ctx: Ctx, input: s.DetailInput, by: Draft) {
  return draft(ctx, 'detail', input, by, async (desk) => {
    const given = Object.entries(input.section_modes ?? {});
    const modes = Object.fromEntries(given.flatMap(([section, mode]) => (mode ? [[section, mode]] : [])));
    const { speechStyle, ...rest } = await writeDetails(
      desk,
      by.limitMs ?? STEP_MS,
      'wizard.details',
      factsOf(input),
      modes,
    );
    return { ...rest, speech_style: speechStyle };
  });
}

export function draftSecret(ctx: Ctx, input: s.DraftInput, by: Draft) {
  return draft(ctx, 'secret', input, by, async (desk) => {
    const facts = factsOf(input);
    const { minChars, maxChars } = SECRET_CHARS;
    const call = {
      task: 'wizard.secret',
      language: desk.language,
      facts: { ...facts, ...SECRET_CHARS },
      messages: buildMessages('secret', desk.language, facts, { min: minChars, max: maxChars }),
    } as const;
    return { secret: await draftText(desk, by.limitMs ?? STEP_MS, call, (text) => prose(text, maxChars)) };
  });
}

export function draftEvents(ctx: Ctx, input: s.EventsInput, by: Draft) {
  return draft(ctx, 'turn_events', input, by, async (desk) => {
    const opening = { intro: input.opening_intro, firstLine: input.opening_first_line };
    const limitMs = by.limitMs ?? STEP_MS;
    return { turn_events: await writeEvents(desk, limitMs, 'wizard.events', factsOf(input), opening) };
  });
}

export function draftEnding(ctx: Ctx, input: s.EndingDraftInput, by: Draft) {
  return draft(ctx, 'ending_draft', input, by, async (desk) => {
    const facts = factsOf(input);
    const minTurn = input.min_turns ?? LEAST_ENDING_TURNS;
    const place = {
      order: 1,
      turn: Math.max(Math.min(minTurn, facts.maxTurns), Math.floor(facts.maxTurns * 0.9)),
      minTurn,
      opening: [input.opening_intro, input.opening_first_line].filter(Boolean).join(' '),
      avoidTitle: '',
    } as const;
    const { baseCondition, suggestedTurn, ...rest } = await writeEndingDraft(desk, by.limitMs ?? STEP_MS, facts, place);
    return { ...rest, base_condition: baseCondition, suggested_turn: suggestedTurn };
  });
}

export function draftEpilogue(ctx: Ctx, input: s.EpilogueInput, by: Draft) {
  return draft(ctx, 'ending_epilogue', input, by, async (desk) => {
    const conditions = (input.extra_conditions ?? []).slice(0, USED_CONDITIONS);
    const ending = {
      title: input.ending_title,
      condition: input.base_condition,
      hint: input.hint ?? '',
      extraConditions: conditions.map(conditionText).filter((text) => text !== ''),
    };
    return { epilogue: await writeEpilogue(desk, by.limitMs ?? STEP_MS, factsOf(input), ending) };
  });
}

function conditionText(condition: NonNullable<s.EpilogueInput['extra_conditions']>[number]): string {
  if (typeof condition === 'string') return condition.trim();
  if (condition.text) return condition.text.trim();
  return [condition.stat_name, condition.op, condition.value]
    .filter((part) => part != null)
    .join(' ')
    .trim();
}

/** Prose that is neither empty nor about itself; what broke off ends with its last full sentence. */
function prose(text: string, maxChars: number): string | undefined {
  const clean = cleanText(text, maxChars);
  if (clean === '' || isMeta(clean)) return undefined;
  return wholeSentences(clean) || clean;
}
