import {
  type CharacterFacts,
  type CharacterObjectTasks,
  EndingAnswer,
  EndingDraftAnswer,
} from '../../../llm/character-tasks.ts';
import { objectWithoutModel } from '../../../llm/fallback.ts';
import { limits } from '../start-sets/schema.ts';
import { cleanText, cleanTitle, isMeta, speechOnOwnLine } from './clean.ts';
import { type Desk, draftObject, draftText } from './desk.ts';
import { buildMessages } from './prompt/build.ts';

export type DraftedEnding = { title: string; baseCondition: string; hint: string; epilogue: string };
export type EndingPlace = Omit<CharacterObjectTasks['quick.ending'], keyof CharacterFacts>;

const EPILOGUE_MAX_CHARS = 900;
const LEAST_EPILOGUE_CHARS = 40;
const LEAST_CONDITION_CHARS = 4;
const MAX_TOKENS = 2_000;

const directions = {
  ko: { 1: '바라던 것이 이루어지는 엔딩입니다.', 2: '얻는 만큼 값을 치르는 엔딩입니다.' },
  en: { 1: 'It grants what was hoped for.', 2: 'It gives something and takes its price.' },
} as const;

function endingCall(desk: Desk, facts: CharacterFacts, place: EndingPlace) {
  const { language } = desk;
  const taken = { ko: `‘${place.avoidTitle}’와 다른 제목.`, en: `Not "${place.avoidTitle}".` };
  const values = {
    opening: place.opening,
    turn: place.turn,
    direction: directions[language][place.order],
    avoid: place.avoidTitle === '' ? '' : taken[language],
  };
  return {
    task: 'quick.ending',
    language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, ...place },
    messages: buildMessages('ending', language, facts, values),
  } as const;
}

/** A whole ending. Throws `llm.*`. */
export function writeEnding(
  desk: Desk,
  limitMs: number,
  facts: CharacterFacts,
  place: EndingPlace,
): Promise<DraftedEnding> {
  return draftObject(desk, limitMs, endingCall(desk, facts, place), EndingAnswer, (answer) => {
    const draft = cleanDraft(answer);
    const epilogue = cleanEpilogue(answer.epilogue);
    return draft && epilogue ? { ...draft, epilogue } : undefined;
  });
}

/** A title that no model was asked for, when two endings came with the same. */
export function titleWithoutModel(desk: Desk, facts: CharacterFacts, place: EndingPlace): string {
  return cleanTitle(objectWithoutModel(endingCall(desk, facts, place), EndingAnswer).title, limits.endingTitle);
}

/** The wizard's ending, yet without its last scene. A turn that does not fit is 0. Throws `llm.*`. */
export function writeEndingDraft(desk: Desk, limitMs: number, facts: CharacterFacts, place: EndingPlace) {
  const { language } = desk;
  const call = {
    task: 'wizard.ending',
    language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, ...place },
    messages: buildMessages('ending-draft', language, facts, { opening: place.opening, minturn: place.minTurn }),
  } as const;
  return draftObject(desk, limitMs, call, EndingDraftAnswer, (answer) => {
    const draft = cleanDraft(answer);
    const turn = Math.round(answer.suggested_turn ?? 0);
    const fits = turn >= place.minTurn && turn <= facts.maxTurns;
    return draft && { ...draft, suggestedTurn: fits ? turn : 0 };
  });
}

/** The last scene of an ending whose draft there is. Throws `llm.*`. */
export function writeEpilogue(
  desk: Desk,
  limitMs: number,
  facts: CharacterFacts,
  ending: { title: string; condition: string; hint: string; extraConditions: string[] },
): Promise<string> {
  const { language } = desk;
  const none = { ko: '없음', en: 'none' }[language];
  const values = {
    title: ending.title,
    condition: ending.condition,
    hint: ending.hint || none,
    extra: ending.extraConditions.join('; ') || none,
  };
  const call = {
    task: 'wizard.epilogue',
    language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, ...ending },
    messages: buildMessages('epilogue', language, facts, values),
  } as const;
  return draftText(desk, limitMs, call, cleanEpilogue);
}

function cleanDraft(answer: { title: string; base_condition: string; hint: string }) {
  const title = cleanTitle(answer.title, limits.endingTitle);
  const baseCondition = cleanText(answer.base_condition, limits.baseCondition);
  if (title === '' || baseCondition.length < LEAST_CONDITION_CHARS || isMeta(baseCondition)) return undefined;
  return { title, baseCondition, hint: cleanTitle(answer.hint, limits.hint) };
}

function cleanEpilogue(text: string): string | undefined {
  const epilogue = cleanText(speechOnOwnLine(cleanText(text, EPILOGUE_MAX_CHARS)), limits.epilogue);
  return epilogue.length >= LEAST_EPILOGUE_CHARS && !isMeta(epilogue) ? epilogue : undefined;
}
