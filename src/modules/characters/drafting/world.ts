import type { CharacterFacts } from '../../../llm/character-tasks.ts';
import { textWithoutModel } from '../../../llm/fallback.ts';
import { cleanText, isMeta, wholeSentences } from './clean.ts';
import { type Desk, draftText } from './desk.ts';
import { buildMessages } from './prompt/build.ts';

/** The column's limit. */
const WORLD_MAX_CHARS = 6_000;
/** A world of fewer characters tells a model too little to play by. */
const LEAST_WORLD_CHARS = 800;
const MAX_TOKENS = 6_000;

type Task = 'quick.world' | 'wizard.prompt';

function worldCall(desk: Desk, task: Task, facts: CharacterFacts, minChars: number) {
  const lengths = { minChars, maxChars: WORLD_MAX_CHARS - 600 };
  return {
    task,
    language: desk.language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, ...lengths },
    messages: buildMessages('world', desk.language, facts, { min: lengths.minChars, max: lengths.maxChars }),
  } as const;
}

/** The text by which the character is played. Throws `llm.*`. What was said in time counts, cut after a full sentence. */
export function writeWorld(
  desk: Desk,
  limitMs: number,
  task: Task,
  facts: CharacterFacts,
  minChars: number,
): Promise<string> {
  return draftText(desk, limitMs, worldCall(desk, task, facts, minChars), (text) => {
    const clean = wholeSentences(cleanText(text, lengthFor(desk, facts)));
    return clean.length >= LEAST_WORLD_CHARS && !isMeta(clean) ? withHeader(desk, facts, clean) : undefined;
  });
}

/** The same without a model. */
export function worldWithoutModel(desk: Desk, task: Task, facts: CharacterFacts, minChars: number): string {
  const text = textWithoutModel(worldCall(desk, task, facts, minChars));
  return withHeader(desk, facts, cleanText(text, lengthFor(desk, facts)));
}

function lengthFor(desk: Desk, facts: CharacterFacts): number {
  return WORLD_MAX_CHARS - withHeader(desk, facts, '').length;
}

/** Four lines on top: what it is called, for whom it is, of what kind, and what it is about. */
function withHeader({ language }: Desk, { name, audience, mode, intro }: CharacterFacts, text: string): string {
  const ko = language === 'ko';
  const kind = { roleplay: ko ? '롤플레이' : 'roleplay', simulator: ko ? '시뮬레이션' : 'simulation' }[mode];
  const lines = ko
    ? [`작품명: ${name}`, `대상: ${audience || '전체'}`, `유형: ${kind}`, `소개: ${intro.replace(/\s+/g, ' ')}`]
    : [`Title: ${name}`, `For: ${audience || 'everyone'}`, `Kind: ${kind}`, `About: ${intro.replace(/\s+/g, ' ')}`];
  return `${lines.join('\n')}\n\n${text}`;
}
