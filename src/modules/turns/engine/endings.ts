import type { ExtraCondition } from './document.ts';
import { type Names, renderNames } from './render.ts';
import type { Script, ScriptEnding } from './script.ts';
import type { Stats } from './stats.ts';

export type EndingReason = 'extra_conditions' | 'turn_exact';

type Moment = { turnNo: number; stats: Stats; userText: string; reply: string; calledMemos: readonly string[] };

/**
 * The ending that a turn brings: the first whose extra conditions hold (any of them, at any turn), or whose turn has come
 * and is not before the opening's least number of turns.
 */
export function findEnding(script: Script, moment: Moment): { ending: ScriptEnding; reason: EndingReason } | undefined {
  for (const ending of script.endings) {
    if (ending.extra_conditions.some((condition) => holds(condition, moment)))
      return { ending, reason: 'extra_conditions' };
    const { turnNo } = moment;
    if (ending.atTurn !== undefined && turnNo >= ending.atTurn && turnNo >= script.endingsFromTurn)
      return { ending, reason: 'turn_exact' };
  }
  return undefined;
}

const compare = {
  gt: (a: number, b: number) => a > b,
  lt: (a: number, b: number) => a < b,
  eq: (a: number, b: number) => a === b,
  gte: (a: number, b: number) => a >= b,
  lte: (a: number, b: number) => a <= b,
};

function holds(condition: ExtraCondition, { stats, userText, reply, calledMemos }: Moment): boolean {
  if (condition.type === 'stat') {
    const value = Number(condition.value);
    if (condition.value.trim() === '' || !Number.isFinite(value)) return false;
    return compare[condition.op](stats[condition.stat_id] ?? 0, value);
  }
  const text = condition.text.trim();
  if (text === '') return false;
  if (text.startsWith('memo:')) return calledMemos.includes(text.slice('memo:'.length).trim());
  const wanted = text.toLowerCase();
  return userText.toLowerCase().includes(wanted) || reply.toLowerCase().includes(wanted);
}

const DEFAULT_EPILOGUE = {
  en: 'Here this story comes to its end.',
  ko: '이야기는 여기서 끝을 맺는다.',
};
const HEADING = { en: 'Ending', ko: '엔딩' };

/** The message that tells an ending: a heading, then the epilogue as narration, spoken lines as they are. */
export function endingText(ending: ScriptEnding, names: Names, language: 'ko' | 'en'): string {
  const told = ending.epilogue.trim() || ending.base_condition.trim() || DEFAULT_EPILOGUE[language];
  const lines = renderNames(told, names)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => (/^["“'「*]/.test(line) ? line : `* ${line}`));
  const title = renderNames(ending.title, names).trim();
  return [`* [${HEADING[language]}]${title ? ` ${title}` : ''}`, ...lines].join('\n');
}
