import type { Language } from '../../../../lib/language.ts';
import type { CharacterFacts } from '../../../../llm/character-tasks.ts';
import type { Message } from '../../../../llm/tasks.ts';
import conceptEn from './concept.en.md' with { type: 'text' };
import conceptKo from './concept.ko.md' with { type: 'text' };
import detailsEn from './details.en.md' with { type: 'text' };
import detailsKo from './details.ko.md' with { type: 'text' };
import endingEn from './ending.en.md' with { type: 'text' };
import endingKo from './ending.ko.md' with { type: 'text' };
import endingDraftEn from './ending-draft.en.md' with { type: 'text' };
import endingDraftKo from './ending-draft.ko.md' with { type: 'text' };
import epilogueEn from './epilogue.en.md' with { type: 'text' };
import epilogueKo from './epilogue.ko.md' with { type: 'text' };
import eventsEn from './events.en.md' with { type: 'text' };
import eventsKo from './events.ko.md' with { type: 'text' };
import factsEn from './facts.en.md' with { type: 'text' };
import factsKo from './facts.ko.md' with { type: 'text' };
import openingEn from './opening.en.md' with { type: 'text' };
import openingKo from './opening.ko.md' with { type: 'text' };
import profileEn from './profile.en.md' with { type: 'text' };
import profileKo from './profile.ko.md' with { type: 'text' };
import secretEn from './secret.en.md' with { type: 'text' };
import secretKo from './secret.ko.md' with { type: 'text' };
import statsEn from './stats.en.md' with { type: 'text' };
import statsKo from './stats.ko.md' with { type: 'text' };
import systemEn from './system.en.md' with { type: 'text' };
import systemKo from './system.ko.md' with { type: 'text' };
import worldEn from './world.en.md' with { type: 'text' };
import worldKo from './world.ko.md' with { type: 'text' };

const templates = {
  world: { en: worldEn, ko: worldKo },
  opening: { en: openingEn, ko: openingKo },
  stats: { en: statsEn, ko: statsKo },
  ending: { en: endingEn, ko: endingKo },
  'ending-draft': { en: endingDraftEn, ko: endingDraftKo },
  epilogue: { en: epilogueEn, ko: epilogueKo },
  events: { en: eventsEn, ko: eventsKo },
  details: { en: detailsEn, ko: detailsKo },
  concept: { en: conceptEn, ko: conceptKo },
  secret: { en: secretEn, ko: secretKo },
  profile: { en: profileEn, ko: profileKo },
} as const satisfies Record<string, Record<Language, string>>;

const systems = { en: systemEn, ko: systemKo } as const;
const factSheets = { en: factsEn, ko: factsKo } as const;

/** What of the world text a later step needs to know, in characters. */
const WORLD_CHARS = 2_500;
const TAGS_CHARS = 400;

const words = {
  en: {
    none: 'none',
    roleplay: 'a person to talk with',
    simulator: 'a simulation',
    dating: 'a simulation in which one may fall in love',
    custom: 'free form',
    soft: 'The tone is soft: no cruelty, and every wound is tended.',
    dark: 'The tone is dark: danger is felt, but nothing is shown in detail, and a way out is always there.',
  },
  ko: {
    none: '없음',
    roleplay: '대화 상대가 되는 인물',
    simulator: '시뮬레이션',
    dating: '연애 요소가 있는 시뮬레이션',
    custom: '자유 형식',
    soft: '부드러운 분위기입니다. 잔혹한 장면을 쓰지 않고, 상처에는 돌봄이 따릅니다.',
    dark: '어두운 분위기입니다. 위험은 느껴지되 자세히 묘사하지 않고, 벗어날 길을 늘 남겨 둡니다.',
  },
} as const;

const SOFT = /힐링|일상|달달|순애|따뜻|치유|healing|cozy|wholesome|slice of life/i;
const DARK = /피폐|공포|호러|스릴러|느와르|집착|다크|좀비|dark|horror|thriller|noir|obsess/i;

type Values = Readonly<Record<string, string | number>>;

/** The messages of one step; pure, and kept by a snapshot test. `facts` fills the sheet that most steps begin with. */
export function buildMessages(
  step: keyof typeof templates,
  language: Language,
  facts: CharacterFacts | undefined,
  values: Values = {},
): Message[] {
  const sheet: Values = facts ? { facts: fill(factSheets[language], factValues(facts, language)).trim() } : {};
  return [
    { role: 'system', content: systems[language].trim() },
    {
      role: 'user',
      content: fill(templates[step][language], { ...sheet, turns: facts?.maxTurns ?? '', ...values }).trim(),
    },
  ];
}

/** What the prompts call a kind of character. */
export function kindWord(kind: 'roleplay' | 'simulator' | 'custom' | 'dating', language: Language): string {
  return words[language][kind];
}

function factValues(facts: CharacterFacts, language: Language): Values {
  const { none, soft, dark } = words[language];
  const tags = facts.tags.join(', ').slice(0, TAGS_CHARS);
  const tone = `${tags} ${facts.concept}`;
  return {
    name: facts.name,
    kind: kindWord(facts.mode === 'simulator' && facts.dating ? 'dating' : facts.mode, language),
    intro: facts.intro,
    concept: facts.concept || none,
    audience: facts.audience || none,
    tags: tags || none,
    turns: facts.maxTurns,
    world: facts.world.slice(0, WORLD_CHARS) || none,
    mood: DARK.test(tone) ? dark : SOFT.test(tone) ? soft : '',
  };
}

/** One pass: what a creator wrote is never read as a template. */
function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
