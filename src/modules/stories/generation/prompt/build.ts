import type { Language } from '../../../../lib/language.ts';
import type { StoryPlan } from '../plan.ts';
import bodyEn from './body.en.md' with { type: 'text' };
import bodyKo from './body.ko.md' with { type: 'text' };
import charactersEn from './characters.en.md' with { type: 'text' };
import charactersKo from './characters.ko.md' with { type: 'text' };
import conceptEn from './concept.en.md' with { type: 'text' };
import conceptKo from './concept.ko.md' with { type: 'text' };
import systemEn from './system.en.md' with { type: 'text' };
import systemKo from './system.ko.md' with { type: 'text' };
import titleEn from './title.en.md' with { type: 'text' };
import titleKo from './title.ko.md' with { type: 'text' };
import worldEn from './world.en.md' with { type: 'text' };
import worldKo from './world.ko.md' with { type: 'text' };

type Message = { role: 'system' | 'user'; content: string };

const templates = {
  system: { en: systemEn, ko: systemKo },
  concept: { en: conceptEn, ko: conceptKo },
  world: { en: worldEn, ko: worldKo },
  characters: { en: charactersEn, ko: charactersKo },
  body: { en: bodyEn, ko: bodyKo },
  title: { en: titleEn, ko: titleKo },
} as const satisfies Record<string, Record<Language, string>>;

/** What is known of the story when a stage begins. */
export type StorySoFar = { concept?: string; world?: string; characters?: string; content?: string };

export type BodyPart = { chapter: number; chars: number };

/** Enough of the end for the next chapter to go on from, in characters. */
const PREVIOUS_CHARS = 1_200;
const BEGINNING_CHARS = 800;

const positions = {
  en: {
    first: 'It is the beginning.',
    middle: 'It goes on without a break.',
    last: 'It brings the story to its end.',
    only: 'It tells the whole story.',
  },
  ko: {
    first: '이야기의 시작입니다.',
    middle: '끊김 없이 이어집니다.',
    last: '이야기를 끝맺습니다.',
    only: '이야기 전체를 담습니다.',
  },
} as const;

/** The messages of one stage of story writing; pure, and kept by a snapshot test. */
export function buildMessages(
  stage: Exclude<keyof typeof templates, 'system'>,
  plan: StoryPlan,
  soFar: StorySoFar = {},
  part: BodyPart = { chapter: 1, chars: 0 },
): Message[] {
  const none = plan.language === 'ko' ? '없음' : 'none';
  const values: Record<string, string> = {
    prompt: plan.prompt || none,
    keywords: plan.keywords.join(', ') || none,
    genre: plan.genre ?? (plan.language === 'ko' ? '자유' : 'free'),
    tone: plan.tone,
    concept: soFar.concept ?? none,
    world: soFar.world ?? none,
    characters: soFar.characters ?? none,
    chapter: String(part.chapter),
    chapters: String(plan.chapters),
    chars: String(part.chars),
    position: positions[plan.language][placeOf(part.chapter, plan.chapters)],
    previous: soFar.content?.slice(-PREVIOUS_CHARS) || none,
    beginning: soFar.content?.slice(0, BEGINNING_CHARS) || none,
  };
  // One pass: what a reader wrote is never read as a template.
  const text = templates[stage][plan.language].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return [
    { role: 'system', content: templates.system[plan.language].trim() },
    { role: 'user', content: text.trim() },
  ];
}

function placeOf(chapter: number, chapters: number): 'first' | 'middle' | 'last' | 'only' {
  if (chapters === 1) return 'only';
  if (chapter === 1) return 'first';
  return chapter === chapters ? 'last' : 'middle';
}
