import { bindTheme, type Story, type Theme } from './cast.ts';
import { particle } from './korean.ts';

/** What a scene is made of: kinds of sentences, which are sections of the grammar; `exchange` is a dialogue. */
type Plan = readonly string[];

const SCENES = {
  beginning: [
    ['setting', 'sense', 'action'],
    ['action', 'notice', 'key'],
    ['exchange', 'reaction'],
    ['mood', 'thought', 'setting'],
    ['move', 'setting', 'mention'],
    ['notice', 'reaction', 'exchange'],
    ['memory', 'key', 'thought'],
  ],
  middle: [
    ['event', 'reaction', 'thought'],
    ['exchange'],
    ['move', 'setting', 'sense', 'action'],
    ['notice', 'key', 'thought'],
    ['trouble', 'reaction', 'mood'],
    ['memory', 'mood', 'sense'],
    ['action', 'exchange'],
    ['setting', 'mention', 'action'],
    ['event', 'notice', 'action'],
  ],
  crisis: [
    ['trouble', 'event', 'reaction'],
    ['exchange'],
    ['thought', 'vow', 'sense'],
    ['move', 'trouble', 'mood'],
    ['memory', 'key', 'vow'],
    ['event', 'action', 'exchange'],
    ['sense', 'setting', 'thought'],
  ],
  close: [
    ['event', 'resolve', 'reaction'],
    ['exchange', 'resolve'],
    ['resolve', 'mood', 'thought'],
    ['setting', 'memory', 'resolve'],
    ['action', 'key', 'exchange'],
    ['move', 'setting', 'resolve'],
  ],
} as const satisfies Record<string, readonly Plan[]>;

type Part = keyof typeof SCENES;

function partOf(progress: number): Part {
  if (progress < 0.25) return 'beginning';
  if (progress < 0.65) return 'middle';
  return progress < 0.88 ? 'crisis' : 'close';
}

/** A scene that may be told: its paragraphs, and the sentences that are spent by telling it. */
export type Scene = { readonly paragraphs: readonly string[]; readonly sentences: readonly string[] };

/** Makes scenes that fit the place in the story, `progress` going from 0 to 1; `talk` says whether with dialogues. */
export function createDirector(story: Story, talk: boolean): (progress: number) => Scene {
  const topic = topicsOf(story);
  const suits = (plan: Plan) => talk || !plan.includes('exchange');
  let part: Part | undefined;
  let plans: Plan[] = [];
  return (progress) => {
    const now = partOf(progress);
    if (now !== part || plans.length === 0) plans = story.random.shuffle<Plan>(SCENES[now]).filter(suits);
    part = now;
    return makeScene(story, vary(story, plans.pop() ?? []), topic);
  };
}

/** The themes in turn, each once before one comes twice. */
function topicsOf({ themes, random }: Story): () => Theme {
  let topics: Theme[] = [];
  return () => {
    if (topics.length === 0) topics = random.shuffle(themes);
    return topics.pop() as Theme;
  };
}

/** Now and then a scene is a sentence longer or shorter. */
function vary({ random }: Story, plan: Plan): Plan {
  const chance = random.next();
  if (chance < 0.2 && plan.length > 2) return plan.slice(0, -1);
  return chance > 0.8 ? [...plan, 'short'] : plan;
}

function makeScene(story: Story, plan: Plan, topic: () => Theme): Scene {
  const { teller } = story;
  const paragraphs: string[] = [];
  const sentences: string[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) paragraphs.push(open.join(' '));
    open = [];
  };
  for (const kind of plan) {
    if (kind === 'move') teller.bind('place', teller.word('place'));
    if (kind === 'key' || kind === 'mention' || kind === 'exchange') bindTheme(teller, topic());
    if (kind === 'exchange') {
      close();
      const lines = makeDialogue(story);
      paragraphs.push(...lines);
      sentences.push(...lines);
    } else {
      const sentence = teller.sentence(kind);
      open.push(flowing(story, sentence, sentences.at(-1), open.length > 0));
      sentences.push(sentence);
    }
  }
  close();
  return { paragraphs, sentences };
}

/** Two sentences in a row do not name the hero: Korean leaves the subject out, English takes the pronoun. */
function flowing(
  { hero, language, teller }: Story,
  sentence: string,
  before: string | undefined,
  follows: boolean,
): string {
  if (!follows || !before?.startsWith(hero)) return sentence;
  if (language === 'ko') {
    const subject = `${hero}${particle(hero, '은')} `;
    return sentence.startsWith(subject) && before.startsWith(subject) ? sentence.slice(subject.length) : sentence;
  }
  const subject = [`${hero}'s `, `${hero} `].find((start) => sentence.startsWith(start));
  if (subject === undefined) return sentence;
  const pronoun = upper(teller.fill(subject.includes("'") ? '{their}' : '{they}'));
  return `${pronoun} ${sentence.slice(subject.length)}`;
}

const MAX_DRAWS = 12;

/** A few lines of talk between the hero and another, a paragraph each; none when all talk has been had. */
function makeDialogue(story: Story): string[] {
  const { teller, random, hero, friend } = story;
  const other = random.next() < 0.75 ? friend : teller.word('minor');
  const speakers = random.next() < 0.5 ? [hero, other] : [other, hero];
  for (let draws = 0; draws < MAX_DRAWS; draws += 1) {
    const lines = teller.sentence('exchange').split(' // ');
    const told = lines.map((line, index) => {
      teller.bind('who', speakers[index % 2] as string);
      return random.next() < (index < 2 ? 0.7 : 0.25) ? tagged(story, line) : line;
    });
    if (!told.some(teller.isTold)) return told;
  }
  return [];
}

/** Says who speaks a line, or what the speaker does. English puts a comma before "said". */
function tagged({ teller, random, language }: Story, line: string): string {
  if (random.next() < 0.4) return `${line} ${upper(teller.word('tag.do'))}`;
  if (line.endsWith('?”')) return `${line} ${teller.word('tag.ask')}`;
  const spoken = language === 'en' && line.endsWith('.”') ? `${line.slice(0, -2)},”` : line;
  return `${spoken} ${teller.word('tag.say')}`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
