import type { Language } from '../../../../lib/language.ts';
import type { ObjectTasks } from '../../../tasks.ts';
import { particle } from '../korean.ts';
import { tidy } from '../reading.ts';
import { linesOf } from './lines.ts';
import { narrationOf, personsIn, tellsOf } from './window.ts';

/** What somebody does again and again, and what it says about them. */
const HABITS: { seen: RegExp; en: string; ko: string }[] = [
  {
    seen: /\b(?:asked|wondered|enquired|inquired)\b|물었|물어|반문/g,
    en: 'asks before believing',
    ko: '믿기 전에 먼저 묻는다',
  },
  {
    seen: /\b(?:thought|considered|remembered)\b|생각/g,
    en: 'thinks much and says part of it',
    ko: '생각이 많고 그 일부만 말한다',
  },
  { seen: /\b(?:laughed|smiled|grinned)\b|웃/g, en: 'laughs easily', ko: '잘 웃는다' },
  { seen: /\b(?:wept|sobbed|sighed|tears)\b|울었|울며|눈물|한숨/g, en: 'is easily moved', ko: '마음이 쉽게 흔들린다' },
  {
    seen: /\b(?:cried|shouted|screamed|roared)\b|외쳤|소리쳤|소리를|고함/g,
    en: 'raises the voice when it matters',
    ko: '중요한 순간에는 목소리를 높인다',
  },
  { seen: /\b(?:angrily|anger|furious|savage)\w*\b|화를|성을 내|노여/g, en: 'has a temper', ko: '성미가 급하다' },
  {
    seen: /\b(?:politely|gently|kindly|civil)\w*\b|공손|다정|부드럽/g,
    en: 'is polite even then',
    ko: '그런 때에도 예의를 잃지 않는다',
  },
  {
    seen: /\b(?:timidly|anxiously|nervous|afraid|frightened|trembl)\w*\b|겁|무서|두려|떨/g,
    en: 'is afraid and goes on anyway',
    ko: '겁이 나도 물러서지 않는다',
  },
  {
    seen: /\b(?:hurried|ran|rushed|jumped)\b|달려|뛰어|서둘/g,
    en: 'seldom stands still',
    ko: '좀처럼 가만히 있지 않는다',
  },
  {
    seen: /\b(?:drank|drink|wine|ate|eat)\b|술|먹었|마셨|마시/g,
    en: 'never says no to a good table',
    ko: '먹고 마시는 자리를 마다하지 않는다',
  },
];
const MOST_HABITS = 4;
const BACKGROUND_SENTENCES = 6;
const SENTENCE_CHARS = 180;
/** What everybody may read of a text that has its price. */
const QUOTED_CHARS = 200;
const WORLD_SENTENCES = 3;

/** Draws one person from the passages of a story in which they appear. */
export function composePortrait(facts: ObjectTasks['extract.enrich'], language: Language) {
  const { name, aliases, storyTitle, passages } = facts;
  const text = passages.join('\n\n');
  const names = [name, ...aliases].toSorted((a, b) => b.length - a.length);
  const narration = narrationOf(text);
  const about = narration.filter((sentence) => tellsOf(sentence, names));
  const lines = linesOf(text, names, language === 'ko');
  const others = personsIn(text, [], language)
    .map((person) => person.name)
    .filter((other) => !names.includes(other))
    .slice(0, 4);
  const shown = { name, title: tidy(storyTitle, 100), lines, others };
  const write = language === 'ko' ? korean : english;
  return write({
    ...shown,
    habits: habitsOf(about.length > 0 ? about : narration, language),
    scenes: about.slice(0, BACKGROUND_SENTENCES).map((sentence) => tidy(sentence, SENTENCE_CHARS)),
    opening: tidy(narration.slice(0, WORLD_SENTENCES).join(' '), QUOTED_CHARS - 1),
  });
}

function habitsOf(sentences: readonly string[], language: Language): string[] {
  const text = sentences.join(' ');
  return HABITS.map((habit) => ({ text: habit[language], count: text.match(habit.seen)?.length ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_HABITS)
    .map((habit) => habit.text);
}

type Drawn = {
  name: string;
  title: string;
  lines: string[];
  others: string[];
  habits: string[];
  scenes: string[];
  opening: string;
};

const share = (lines: readonly string[], mark: RegExp) =>
  lines.length === 0 ? 0 : lines.filter((line) => mark.test(line)).length / lines.length;
const lengthOf = (lines: readonly string[]) =>
  lines.reduce((sum, line) => sum + line.length, 0) / Math.max(1, lines.length);

function english({ name, title, lines, others, habits, scenes, opening }: Drawn) {
  const traits = habits.length > 0 ? habits.join('; ') : 'shows little of what goes on inside';
  const manner = [
    lengthOf(lines) > 70 ? 'Speaks in long, winding sentences.' : 'Speaks in short sentences.',
    share(lines, /\?/) > 0.25 ? 'Answers questions with questions.' : '',
    share(lines, /!/) > 0.25 ? 'Exclaims often.' : '',
    lines.length > 0 ? `For example: “${tidy(lines[0] ?? '', 160)}”` : '',
  ];
  const spoken = lines.find((line) => line.length >= 12 && line.length <= 160) ?? lines[0];
  return {
    personality: `${name} ${traits}. Keeps to what happened in the story.`,
    speech_style: manner.filter((part) => part !== '').join(' '),
    greeting: spoken
      ? `“${tidy(spoken, 150)}” ${name} looks at you and waits.`
      : `${name} looks up. “And who might you be?”`,
    world_setting: [
      `The world of “${title}”.`,
      opening,
      others.length > 0 ? `Around ${name} there are ${others.join(', ')}.` : '',
    ]
      .filter((part) => part !== '')
      .join(' '),
    background_story: scenes.length > 0 ? scenes.join(' ') : `${name} is one of the persons of “${title}”.`,
  };
}

function korean({ name, title, lines, others, habits, scenes, opening }: Drawn) {
  const traits = habits.length > 0 ? `${habits.join('. ')}.` : '속마음을 좀처럼 드러내지 않는다.';
  const polite = share(lines, /(?:요|니다|니까|시오|세요)[.!?…\s]*$/) >= 0.5;
  const manner = [
    lines.length === 0 || polite ? '높임말을 쓴다.' : '반말로 말한다.',
    lengthOf(lines) > 40 ? '말이 길다.' : '짧게 끊어 말한다.',
    share(lines, /\?/) > 0.25 ? '자주 되묻는다.' : '',
    share(lines, /!/) > 0.25 ? '감정이 말에 드러난다.' : '',
    lines.length > 0 ? `예: “${tidy(lines[0] ?? '', 120)}”` : '',
  ];
  const spoken = lines.find((line) => line.length >= 6 && line.length <= 100) ?? lines[0];
  return {
    personality: `${traits} 이야기 속에서 겪은 일을 잊지 않는다.`,
    speech_style: manner.filter((part) => part !== '').join(' '),
    greeting: spoken
      ? `“${tidy(spoken, 150)}” ${name}${particle(name, '이')} 당신을 바라본다.`
      : `${name}${particle(name, '이')} 고개를 든다. “누구세요?”`,
    world_setting: [
      `「${title}」의 세계.`,
      opening,
      others.length > 0 ? `${name}의 곁에는 ${others.join(', ')}${particle(others.at(-1) ?? '', '이')} 있다.` : '',
    ]
      .filter((part) => part !== '')
      .join(' '),
    background_story:
      scenes.length > 0 ? scenes.join(' ') : `${name}${particle(name, '은')} 「${title}」에 나오는 인물이다.`,
  };
}
