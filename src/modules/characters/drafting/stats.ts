import { type CharacterFacts, StatsAnswer } from '../../../llm/character-tasks.ts';
import { objectWithoutModel } from '../../../llm/fallback.ts';
import type { Stat } from '../start-sets/schema.ts';
import { limits } from '../start-sets/schema.ts';
import { cleanText, cleanTitle } from './clean.ts';
import { type Desk, draftObject } from './desk.ts';
import { buildMessages } from './prompt/build.ts';
import { randomHex } from './random-hex.ts';

export type DraftedStat = Omit<Stat, 'label' | 'min_value' | 'max_value' | 'base_value'> & {
  min_value: number;
  max_value: number;
  base_value: number;
};
type Task = 'quick.stats' | 'wizard.stats';

const MOST_STATS = 4;
const MAX_TOKENS = 1_500;

function statsCall(desk: Desk, task: Task, facts: CharacterFacts) {
  const { language } = desk;
  const simulator = facts.mode === 'simulator';
  const range = simulator ? { fewest: 3, most: MOST_STATS } : { fewest: 1, most: 3 };
  const affinity = {
    ko: '그 가운데 하나는 호감도(0에서 100)입니다.',
    en: 'One of them is affinity (0 to 100).',
  };
  const values = { ...range, affinity: simulator && !facts.dating ? '' : affinity[language] };
  return {
    task,
    language,
    maxTokens: MAX_TOKENS,
    facts: { ...facts, ...range },
    messages: buildMessages('stats', language, facts, values),
  } as const;
}

/** The numbers that the conversation moves. Throws `llm.*`. */
export function writeStats(desk: Desk, limitMs: number, task: Task, facts: CharacterFacts): Promise<DraftedStat[]> {
  return draftObject(desk, limitMs, statsCall(desk, task, facts), StatsAnswer, (answer) => {
    const stats = cleanStats(answer.stats);
    return stats.length > 0 ? stats : undefined;
  });
}

/** The same without a model: affinity, or three numbers of a simulation. */
export function statsWithoutModel(desk: Desk, task: Task, facts: CharacterFacts): DraftedStat[] {
  return cleanStats(objectWithoutModel(statsCall(desk, task, facts), StatsAnswer).stats);
}

type Answered = {
  name: string;
  min_value: number;
  max_value: number;
  base_value: number;
  unit?: string;
  description?: string;
};

function cleanStats(answered: Answered[]): DraftedStat[] {
  const byName = new Map<string, DraftedStat>();
  for (const given of answered) {
    const name = cleanTitle(given.name, limits.statName);
    const [low, high] = [whole(given.min_value), whole(given.max_value)].sort((a, b) => a - b) as [number, number];
    if (name === '' || low === high || byName.has(name)) continue;
    byName.set(name, {
      id: `stat_${randomHex()}`,
      name,
      min_value: low,
      max_value: high,
      base_value: Math.min(high, Math.max(low, whole(given.base_value))),
      unit: cleanTitle(given.unit ?? '', limits.statUnit),
      description: cleanText(given.description ?? '', limits.statDescription),
    });
  }
  return [...byName.values()].slice(0, MOST_STATS);
}

function whole(value: number): number {
  return Math.round(Math.min(limits.statValue, Math.max(-limits.statValue, value))) + 0;
}
