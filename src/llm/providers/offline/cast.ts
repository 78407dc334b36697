import type { Language } from '../../../lib/language.ts';
import type { StoryFacts } from '../../tasks.ts';
import { createTeller, type Teller } from './grammar.ts';
import { particle } from './korean.ts';
import { grammars } from './languages.ts';
import { nounsOf } from './nouns.ts';
import { type Random, seededRandom, seedOf } from './random.ts';
import { fits, genreOf, namedPerson, tidy, toneOf } from './reading.ts';

/** A word of the user's that the story keeps coming back to. */
export type Theme = {
  /** As the user wrote it. */
  readonly raw: string;
  /** A phrase that can stand where a noun stands. */
  readonly phrase: string;
};

/** A story about to be told: who is in it, and a teller who knows them. All of it follows from the facts. */
export type Story = {
  readonly language: Language;
  readonly teller: Teller;
  readonly random: Random;
  readonly hero: string;
  readonly friend: string;
  /** The keywords first, then what the wish speaks of; never empty. */
  readonly themes: readonly Theme[];
  /** The user's keywords; each of them must appear. */
  readonly keywords: readonly Theme[];
  /** Persons and things that a chapter may come back to. */
  readonly props: readonly Theme[];
};

const MAX_PHRASE_CHARS = 50;
const MAX_THEMES = 16;

/**
 * Casts the story. What all steps of one story share decides who is in it, so that plan and chapters agree;
 * `more` decides how it is told. `people` are names that a plan already gave: hero, friend, rival.
 */
export function castStory(facts: StoryFacts, language: Language, more: unknown, people: readonly string[] = []): Story {
  const { prompt, keywords, genre, tone, targetChars, chapters } = facts;
  const seed = seedOf({ language, prompt, keywords, genre, tone, targetChars, chapters });
  const wish = [genre ?? '', keywords.join(' '), prompt];
  const variants = [genreOf(...wish), toneOf(tone, prompt)];
  const random = seededRandom(seedOf({ seed, more }));
  const teller = createTeller(grammars[language], random, variants);
  const casting = createTeller(grammars[language], seededRandom(seed), variants);

  const drawn = { ...drawFixed(casting), ...pronounsOf(prompt, seed) };
  // Names come last: how many are drawn must not change anything else.
  const [hero, friend, rival] = namesOf(people, namedPerson(prompt), casting);
  const fixed = { hero, friend, rival, ...drawn };
  for (const [name, value] of Object.entries(fixed)) teller.bind(name, value);

  const given = themesOf(keywords, language);
  const themes = themesOf([...keywords, ...nounsOf(prompt)], language);
  // Without a single usable word the story turns on its own object.
  if (themes.length === 0) themes.push(propOf(fixed.object, language));
  bindTheme(teller, themes[0] as Theme);
  const phrases = themes.slice(0, 5).map((theme) => theme.phrase);
  teller.bind('themes', listing(phrases, language));
  teller.bind('genre', own(genre, language) ?? casting.word('genrename'));
  teller.bind('tone', own(tone, language) ?? casting.word('tonename'));
  teller.bind('prompt', tidy(prompt));
  const props = [propOf(fixed.object, language), { raw: rival, phrase: rival }];
  return { language, teller, random, hero, friend, themes, keywords: given, props };
}

function namesOf(people: readonly string[], named: string | undefined, casting: Teller): [string, string, string] {
  const names = [...new Set([...people, ...(named === undefined ? [] : [named])])];
  while (names.length < 3) {
    const name = casting.word('name');
    if (!names.includes(name)) names.push(name);
  }
  return [names[0] as string, names[1] as string, names[2] as string];
}

function propOf(object: string, language: Language): Theme {
  return { raw: object, phrase: language === 'en' ? `the ${object}` : object };
}

/** What stays the same through a story. */
function drawFixed(casting: Teller) {
  const [job, job2, job3] = [casting.word('job'), casting.word('job'), casting.word('job')];
  const [place, place2] = [casting.word('place'), casting.word('place')];
  return { job, job2, job3, place, place2, object: casting.word('object'), threat: casting.word('threat') };
}

/** Makes a theme the one that `{key}` and `{word}` speak of. */
export function bindTheme(teller: Teller, theme: Theme): void {
  teller.bind('key', theme.phrase);
  teller.bind('word', `‘${theme.raw}’`);
}

/** The hero's pronouns, as the wish has them; English only. */
function pronounsOf(prompt: string, seed: string) {
  const told =
    /\b(?:(she|her|girl|woman|queen|princess|sister|mother|daughter)|he|his|boy|man|king|prince|father|son)\b/i;
  const first = told.exec(prompt);
  const female = first ? first[1] !== undefined : seededRandom(`${seed} pronouns`).next() < 0.5;
  return female ? { they: 'she', them: 'her', their: 'her' } : { they: 'he', them: 'him', their: 'his' };
}

function themesOf(words: readonly string[], language: Language): Theme[] {
  const raws = words.map((word) => tidy(word, MAX_PHRASE_CHARS)).filter((word) => word !== '');
  return [...new Set(raws)].slice(0, MAX_THEMES).map((raw) => ({ raw, phrase: phraseOf(raw, language) }));
}

/** Words that are no nouns are spoken about as words; other English ones need their article. */
function phraseOf(raw: string, language: Language): string {
  if (language === 'ko') {
    const noun = raw.length < 3 || !/(?:한|은|는|운|던|게|다|히|적인|스러운|로운)$/.test(raw);
    return noun ? raw : `‘${raw}’${particle(raw, '이라는')} 말`;
  }
  if (!/^[\p{Script=Latin}\p{N}]/u.test(raw) || NOT_A_NOUN_EN.test(raw)) return `the word ‘${raw}’`;
  return /^[a-z]/.test(raw) && !UNCOUNTED_EN.test(raw) && !BEGUN_EN.test(raw) ? `the ${raw}` : raw;
}

const NOT_A_NOUN_EN = /^\S+(?:ly|ing|ed|ful|less|ous|ive|able)$/i;
const UNCOUNTED_EN =
  /(?:ship|ness|ity|ism|[st]ion|ance|ence|hood|dom|love|magic|travel|music|death|hope|fear|time|food)$/i;
const BEGUN_EN = /^(?:a|an|the|my|your|his|her|its|our|their|some|no|two|three)\s/i;

/** A word of the user's, unless it is of the other language; `SF` is of both. */
function own(text: string | null, language: Language): string | undefined {
  const word = tidy(text ?? '', MAX_PHRASE_CHARS);
  const known = fits(word, language) || /^[A-Z]{2,4}$/.test(word);
  return /\p{L}/u.test(word) && known && word !== 'neutral' ? word : undefined;
}

/** `A, B and C`, or in Korean `A, B, C`. */
export function listing(words: readonly string[], language: Language): string {
  if (language === 'ko' || words.length < 2) return words.join(', ');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
