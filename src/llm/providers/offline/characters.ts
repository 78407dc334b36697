import type { Language } from '../../../lib/language.ts';
import type { CharacterFacts, CharacterObjectTasks, CharacterTextTasks } from '../../character-tasks.ts';
import { bindTheme, castStory, type Story } from './cast.ts';
import { fitSentences } from './fit.ts';
import { fits } from './reading.ts';

type Facts<T extends keyof (CharacterTextTasks & CharacterObjectTasks)> = (CharacterTextTasks &
  CharacterObjectTasks)[T];

/** Lengths of prose, in characters. */
const INTRO_CHARS = 400;
const EPILOGUE_CHARS = 420;
const DETAIL_CHARS = 170;
const HINT_MAX_CHARS = 20;
const TITLE_MAX_CHARS = 20;
const FIRST_LINE_CHARS = { min: 10, max: 50 };

/** A story with the character for its hero. Everything that is told of one character has the same people and places. */
function cast(facts: CharacterFacts, language: Language, more: unknown): Story {
  const wish = [facts.intro, facts.concept, ...facts.tags.filter((tag) => fits(tag, language))].join(' ').trim();
  const base = { prompt: wish, keywords: [], genre: null, tone: 'neutral', targetChars: 0, chapters: 1 };
  return castStory(base, language, more, [facts.name]);
}

/** Two sentences that begin or end alike are one sentence with another word in it. */
const ALIKE_CHARS = { ko: { start: 7, end: 8 }, en: { start: 14, end: 12 } } as const;
const MAX_DRAWS = 8;

/** How the sentences of one telling began and ended, so that none comes twice with another word in it. */
const told = new WeakMap<Story, Set<string>>();

/** Prose of about `chars` characters out of some sections. */
function prose(story: Story, sections: readonly string[], chars: number): string {
  const { teller, random, themes, hero, language } = story;
  const before = told.get(story) ?? new Set();
  told.set(story, before);
  const alike = ALIKE_CHARS[language];
  const startOf = (sentence: string) => {
    const from = sentence.startsWith(hero) ? hero.length : 0;
    return `^${sentence.slice(from, from + alike.start)}`;
  };
  const endOf = (sentence: string) => sentence.slice(-alike.end);
  const offer = () => {
    let sentence = '';
    for (let draws = 0; draws < MAX_DRAWS; draws += 1) {
      bindTheme(teller, random.pick(themes));
      sentence = teller.sentence(random.pick(sections));
      if (!before.has(startOf(sentence)) && !before.has(endOf(sentence))) break;
    }
    return sentence;
  };
  const take = (sentence: string) => {
    teller.tell(sentence);
    before.add(startOf(sentence)).add(endOf(sentence));
  };
  return fitSentences(chars, offer, take);
}

const HEADINGS = {
  ko: { part: '역할', world: '배경', bond: '관계', rule: '진행', mood: '장면의 결' },
  en: { part: 'Role', world: 'World', bond: 'Bonds', rule: 'How to play', mood: 'The feel of a scene' },
} as const;

/** The text by which a character is played: part, world, bonds, rules and the feel of scenes. */
export function composeWorldText(facts: Facts<'quick.world'>, language: Language): string {
  const story = cast(facts, language, 'world');
  const heading = HEADINGS[language];
  const kind = facts.mode === 'simulator' ? 'sim' : 'role';
  const target = Math.min(facts.maxChars, Math.round(facts.minChars * 1.12));
  const part = (title: string, sections: readonly string[], share: number) =>
    `[${title}]\n${prose(story, sections, Math.round(target * share) - title.length - 5)}`;
  return [
    part(heading.part, [`${kind}.part`], 0.2),
    part(heading.world, ['world.place', 'world.rule', 'world.life', 'world.shadow'], 0.24),
    part(heading.bond, [`${kind}.bond`], 0.14),
    part(heading.rule, ['play.rule'], 0.2),
    part(heading.mood, ['setting', 'sense', 'mood'], 0.22),
  ].join('\n\n');
}

export function composeCharacterConcept(facts: Facts<'wizard.concept'>, language: Language): string {
  const kind = facts.mode === 'simulator' ? 'sim' : 'role';
  const sections = ['concept.wish', 'concept.stake', `${kind}.part`, `${kind}.bond`, 'world.place', 'world.rule'];
  const story = cast(facts, language, 'concept');
  const first = story.teller.sentence('concept.themes');
  return `${first} ${prose(story, sections, (facts.minChars + facts.maxChars) / 2 - first.length)}`;
}

export function composeSecret(facts: Facts<'wizard.secret'>, language: Language): string {
  return prose(cast(facts, language, 'secret'), ['hidden'], (facts.minChars + facts.maxChars) / 2);
}

export function composeOpening(facts: Facts<'quick.opening'>, language: Language) {
  const story = cast(facts, language, { step: 'opening', avoid: facts.avoid });
  const kind = facts.mode === 'simulator' ? 'sim' : '';
  const draw = Array.from({ length: 12 }, () => story.teller.sentence(`open.${kind}line`));
  const { min, max } = FIRST_LINE_CHARS;
  return {
    intro: prose(story, [`open.${kind}scene`], INTRO_CHARS),
    first_line: draw.find((line) => line.length >= min && line.length <= max && !facts.avoid.includes(line)) ?? draw[0],
  };
}

const AFFINITY = {
  ko: { name: '호감도', description: '마음이 얼마나 가까운지. 다정한 말과 지킨 약속에 오르고 상처에 내린다.' },
  en: {
    name: 'Affinity',
    description: 'How close the hearts are. Kindness and kept promises raise it, wounds lower it.',
  },
} as const;

export function composeStats(facts: Facts<'quick.stats'>, language: Language) {
  const { teller } = cast(facts, language, 'stats');
  const simulator = facts.mode === 'simulator';
  const affinity = { ...AFFINITY[language], min_value: 0, max_value: 100, base_value: 40, unit: '' };
  const stats = !simulator || facts.dating ? [affinity] : [];
  const wanted = simulator ? Math.max(3, facts.fewest) : Math.max(2, facts.fewest);
  while (stats.length < Math.min(wanted, facts.most)) {
    const [name = '', unit = '', base = '', description = ''] = parts(
      teller.sentence(simulator ? 'stat.sim' : 'stat.role'),
    );
    stats.push({ name, description, min_value: 0, max_value: 100, base_value: Number(base), unit } as typeof affinity);
  }
  return { stats };
}

/** The parts of an entry that ` / ` divides. */
function parts(entry: string): string[] {
  return entry.split('/').map((part) => part.trim());
}

function shortest(story: Story, section: string, maxChars: number, avoid = ''): string {
  const draws = Array.from({ length: 30 }, () => story.teller.sentence(section));
  return draws.find((text) => text.length <= maxChars && text !== avoid) ?? (draws[0] ?? '').slice(0, maxChars);
}

function epilogue(story: Story, order: 1 | 2, chars: number): string {
  const said = story.teller.sentence(`ending.say${order}`);
  const before = prose(story, [`ending.epi${order}`], Math.round(chars * 0.6));
  const after = prose(story, [`ending.epi${order}`], Math.round(chars * 0.4) - said.length);
  return `${before}\n\n${said}\n\n${after}`;
}

/** Two endings have nothing in common: other titles, other conditions, another way to go. */
export function composeEnding(facts: Facts<'quick.ending'>, language: Language) {
  const { order, avoidTitle, opening } = facts;
  const story = cast(facts, language, { step: 'ending', order, avoidTitle, opening });
  return {
    title: shortest(story, `ending.title${order}`, TITLE_MAX_CHARS, avoidTitle),
    base_condition: story.teller.sentence(`ending.when${order}`),
    hint: shortest(story, `ending.hint${order}`, HINT_MAX_CHARS),
    epilogue: epilogue(story, order, EPILOGUE_CHARS),
    suggested_turn: facts.turn,
  };
}

const SAD = /이별|헤어|죽|실패|배신|혼자|떠나|비극|\b(?:part|death|dies?|fail|alone|betray|leave|lost?|farewell)/i;

export function composeEpilogue(facts: Facts<'wizard.epilogue'>, language: Language): string {
  const { title, condition, hint } = facts;
  const story = cast(facts, language, { step: 'epilogue', title, condition, hint });
  return epilogue(story, SAD.test(`${title} ${condition} ${hint}`) ? 2 : 1, EPILOGUE_CHARS);
}

export function composeEvents(facts: Facts<'quick.events'>, language: Language) {
  const story = cast(facts, language, { step: 'events', opening: facts.opening });
  const events = facts.turns.map(() => {
    bindTheme(story.teller, story.random.pick(story.themes));
    const [title = '', summary = '', narration = '', dialogue = ''] = parts(story.teller.sentence('happening'));
    return { title, summary, required_narration: narration, required_dialogue: dialogue };
  });
  return { events };
}

export function composeDetails(facts: Facts<'quick.details'>, language: Language) {
  const story = cast(facts, language, { step: 'details', modes: facts.sectionModes });
  const three = (section: string) => Array.from({ length: 3 }, () => story.teller.word(section));
  return {
    personality: prose(story, ['self.nature'], DETAIL_CHARS),
    speech_style: prose(story, ['self.speech'], DETAIL_CHARS),
    interests: three('self.interest'),
    likes: three('self.like'),
    dislikes: three('self.dislike'),
  };
}

const PROFILE_NAME_CHARS = { min: 8, max: 35 };
const PROFILE_CHARS = 160;

export function composeProfile(facts: Facts<'wizard.profile'>, language: Language) {
  const wish = [facts.seed, facts.description, ...facts.tags.filter((tag) => fits(tag, language))].join(' ');
  const base = { prompt: wish, keywords: [], genre: null, tone: 'neutral', targetChars: 0, chapters: 1 };
  const given = facts.type === 'simulator' || facts.name.trim() === '' ? [] : [facts.name.trim()];
  const story = castStory(base, language, { step: 'profile', type: facts.type }, given);
  const kind = facts.type === 'simulator' ? 'sim' : '';
  const names = Array.from({ length: 40 }, () =>
    story.teller.sentence(kind === 'sim' ? 'profile.sim' : 'profile.name'),
  );
  const who = story.teller.sentence(`profile.${kind}who`);
  const { min, max } = PROFILE_NAME_CHARS;
  return {
    name: names.find((name) => name.length >= min && name.length <= max) ?? (names[0] ?? '').slice(0, max),
    description: `${who} ${prose(story, [`profile.${kind}text`], PROFILE_CHARS - who.length)}`,
    keywords: story.themes.slice(0, 5).map((theme) => theme.raw),
  };
}
