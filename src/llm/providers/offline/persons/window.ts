import type { Language } from '../../../../lib/language.ts';
import type { ObjectTasks } from '../../../tasks.ts';
import { tidy } from '../reading.ts';
import { englishPersons, unwrap } from './english.ts';
import type { Sighting } from './found.ts';
import { koreanPersons } from './korean.ts';

const MOST = 5;
const DESCRIPTION_CHARS = 80;
/** The one about whom it is named so much more than anybody else. */
const PROTAGONIST_LEAD = 1.5;
/** Named and doing so much, a person matters, whoever else is there. */
const MAIN_WEIGHT = 10;

/** The persons of one stretch of text, the most important first. */
export function composeWindow({ text, known }: ObjectTasks['extract.window'], language: Language) {
  const sentences = narrationOf(text);
  const ranked = [...personsIn(text, known, language), ...narrator(sentences, language)]
    .toSorted((a, b) => weightOf(b) - weightOf(a))
    .slice(0, MOST);
  const top = weightOf(ranked[0]);
  const leads = top >= weightOf(ranked[1]) * PROTAGONIST_LEAD;
  return {
    candidates: ranked.map((person, index) => ({
      name: person.name,
      aliases: [...person.aliases],
      importance: index === 0 && leads ? 'protagonist' : weightOf(person) >= MAIN_WEIGHT ? 'main' : 'minor',
      description: describe(person, sentences),
    })),
  };
}

const FIRST_PERSON = {
  en: /(?<!\p{L})I(?!\p{L})/u,
  ko: /(?<![가-힣])(?:나는|내가|나를|나의|나에게|나도|내)(?![가-힣])/,
} as const;
const NARRATOR_SENTENCES = 5;
const NARRATOR_SHARE = 0.2;

/** Whoever tells the stretch in the first person; nobody when it is told from outside. */
function narrator(sentences: readonly string[], language: Language): Sighting[] {
  const own = sentences.filter((sentence) => FIRST_PERSON[language].test(sentence)).length;
  if (own < NARRATOR_SENTENCES || own < sentences.length * NARRATOR_SHARE) return [];
  return [{ name: language === 'ko' ? '나' : 'I', aliases: [], mentions: own, evidence: own, first: 0 }];
}

/** Everybody whom a text names, the most named first. */
export function personsIn(text: string, known: readonly string[], language: Language): Sighting[] {
  const found = language === 'ko' ? koreanPersons(text, known) : englishPersons(text, known);
  return found.toSorted((a, b) => weightOf(b) - weightOf(a) || a.first - b.first);
}

const weightOf = (person: Sighting | undefined) => (person ? person.mentions + Math.max(0, person.evidence) : 0);

const SPOKEN = /[“”"‘]|(?<!\p{L})['’]|['’](?!\p{L})/u;

/** The whole sentences of a text that nobody speaks; what a stretch cut off at its ends is left out. */
export function narrationOf(text: string): string[] {
  return unwrap(text)
    .split(/(?<=[.!?…]["'”’)]?)\s+|\n/)
    .map((sentence) => sentence.trim().replace(/\s+([.,!?])/g, '$1'))
    .filter((sentence) => /^[\p{Lu}가-힣(].{4,}[.!?…]$/u.test(sentence) && !SPOKEN.test(sentence));
}

/** Whether a sentence tells of somebody: the name, not a word that begins with it. */
export function tellsOf(sentence: string, names: readonly string[]): boolean {
  return names.some((name) => {
    const at = sentence.indexOf(name);
    if (at < 0) return false;
    if (/[가-힣]$/.test(name)) return at === 0 || !/[가-힣]/.test(sentence[at - 1] ?? '');
    return !/[\p{L}]/u.test(sentence[at - 1] ?? '') && !/[A-Za-z]/.test(sentence[at + name.length] ?? '');
  });
}

const IS_SOMEBODY = /\b(?:was|is|had been) (?:a|an|the|one)\b|(?:이라는|라는|인|였다|이었다|이다)(?![가-힣])/;

/** The sentence that says most about somebody. */
function describe({ name, aliases }: Sighting, sentences: readonly string[]): string {
  const about = sentences.filter((sentence) => tellsOf(sentence, [name, ...aliases]));
  const saying =
    about.find((sentence) => IS_SOMEBODY.test(sentence)) ?? about.find((one) => one.length <= 80) ?? about[0];
  return tidy(saying ?? '', DESCRIPTION_CHARS - 1);
}
