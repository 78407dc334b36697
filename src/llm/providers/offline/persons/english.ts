import { groupNames } from '../../../../lib/person-names.ts';
import words from '../text/persons.en.txt' with { type: 'text' };
import { type Sighting, wordsOf } from './found.ts';

const SPEECH = wordsOf(words, 'speech');
const DEEDS = wordsOf(words, 'deed');
const PLACES = wordsOf(words, 'place');
const EPITHETS = wordsOf(words, 'epithet');
const TITLES = wordsOf(words, 'title');
const NEVER = wordsOf(words, 'never');

const WORD = String.raw`(?:\p{Lu}['’])?\p{Lu}\p{Ll}+(?:\p{Lu}\p{Ll}+)?(?:['’]\p{Lu}\p{Ll}+|-\p{L}\p{Ll}+)*`;
/** Capitalised words that belong together: `Alice`, `White Rabbit`, `Mrs. Dalloway`, `Queen of Hearts`. */
const PHRASE = new RegExp(
  String.raw`(?<![\p{L}'’-])${WORD}(?:(?:(?<=\b(?:Mrs?|Ms|Dr|St))\.)? (?:(?:of|de|van|von|le|la) )?${WORD}){0,3}(?!\p{L})`,
  'gu',
);
/** Here a sentence begins, and any word has a capital. */
const BEGINNING = /(?:^|[.!?:;…–—*_([{"“”‘'«»\n]|--)\s*$/u;

type Found = { name: string; at: number; end: number; sure: boolean; titled: boolean };
type Tally = { mentions: number; sure: number; evidence: number; first: number };

/** The persons that an English text names. `known` names need less to be believed. */
export function englishPersons(text: string, known: readonly string[]): Sighting[] {
  const flat = unwrap(text);
  const lower = lowerCounts(flat);
  const tallies = new Map<string, Tally>();
  for (const match of flat.matchAll(PHRASE)) {
    const found = trimPhrase(match[0], match.index, flat, lower);
    if (found) note(tallies, found, flat);
  }
  return gather(tallies, lower, new Set(known.map((name) => name.toLowerCase())));
}

/** Lines that were broken to fit a page become one again; a paragraph ends with a line's end. */
export function unwrap(text: string): string {
  const parts = text.replaceAll('\r', '').split(/\n[ \t]*\n/);
  return parts.map((part) => part.replace(/\s+/g, ' ').trim()).join('\n');
}

function lowerCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/(?<![\p{L}'’])\p{Ll}[\p{Ll}'’]*/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Takes off what has its capital for another reason; undefined when nothing is left. */
function trimPhrase(phrase: string, start: number, text: string, lower: Map<string, number>): Found | undefined {
  let name = phrase;
  let at = start;
  let sure = !BEGINNING.test(text.slice(Math.max(0, start - 4), start));
  for (;;) {
    const [head = '', rest] = split(name);
    const title = TITLES.has(head);
    // Within a sentence a name may begin with such a word: the March Hare.
    const common =
      !title && (NEVER.has(head) ? !sure || rest === '' : !sure && rest !== '' && lower.has(head.toLowerCase()));
    if (!common) {
      const cut = name.replace(/ (?:of )?(\S+)$/u, (whole, last: string) =>
        NEVER.has(last) && !/ of /.test(whole) ? '' : whole,
      );
      if (cut !== name && !/ /.test(cut) && NEVER.has(cut)) return undefined;
      if (title && rest === '' && NEVER.has(head)) return undefined;
      // Even where a sentence begins, the second capital is no accident.
      const long = cut.includes(' ');
      return { name: cut, at, end: at + cut.length, sure: sure || long, titled: title && long };
    }
    if (rest === '') return undefined;
    at += name.length - rest.length;
    name = rest;
    sure = true;
  }
}

function split(name: string): [head: string, rest: string] {
  const match = /^(\S+?)\.?(?: (?:of |de |van |von |le |la )?(.+))?$/u.exec(name);
  return [match?.[1] ?? name, match?.[2] ?? ''];
}

function note(tallies: Map<string, Tally>, { name, at, end, sure, titled }: Found, text: string): void {
  const tally = tallies.get(name) ?? { mentions: 0, sure: 0, evidence: 0, first: at };
  tallies.set(name, tally);
  tally.mentions += 1;
  tally.sure += sure ? 1 : 0;
  tally.evidence += evidenceOf(text, at, end) + (titled ? 3 : 0);
}

/** What the neighbours of a name say: persons speak and do things, are called, and one is not in them. */
function evidenceOf(text: string, at: number, end: number): number {
  const before = text.slice(Math.max(0, at - 40), at);
  const after = text.slice(end, end + 24);
  const previous = (before.match(/[\p{L}'’]+(?=[^\p{L}]*$)/gu) ?? [])[0] ?? '';
  const neighbour = before
    .split(/[^\p{L}'’]+/u)
    .filter((word) => word !== '' && !EPITHETS.has(word))
    .at(-1);
  const adjoins = /[\p{L}'’] $/u.test(before);
  const next = /^ (?:\p{Ll}+ly )?(\p{Ll}+)/u.exec(after)?.[1] ?? '';
  let evidence = 0;
  if (adjoins && neighbour !== undefined && SPEECH.has(neighbour)) evidence += 2;
  if (SPEECH.has(next)) evidence += 2;
  else if (DEEDS.has(next)) evidence += 1;
  if (/[,“"‘'] $|[“"‘']$/u.test(before) && /^[,!?]/.test(after)) evidence += 1;
  if (/^['’]s /.test(after)) evidence += 0.3;
  if (adjoins && PLACES.has(previous)) evidence -= 1.5;
  return evidence;
}

const ENOUGH = 2;

function gather(tallies: Map<string, Tally>, lower: Map<string, number>, known: ReadonlySet<string>): Sighting[] {
  const entries = [...tallies].filter(([name, { sure }]) => {
    if (known.has(name.toLowerCase())) return true;
    // A word that is mostly written small is a word.
    return sure > 0 && sure >= (lower.get(name.toLowerCase()) ?? 0);
  });
  const groups = groupNames(entries.map(([name, { mentions }]) => ({ name, weight: mentions })));
  return groups.flatMap(({ name, aliases, members }) => {
    const parts = members.flatMap((index) => entries[index]?.[1] ?? []);
    const sum = (read: (tally: Tally) => number) => parts.reduce((total, part) => total + read(part), 0);
    const evidence = sum((part) => part.evidence);
    const isKnown = [name, ...aliases].some((form) => known.has(form.toLowerCase()));
    if (evidence < ENOUGH && !isKnown) return [];
    const first = Math.min(...parts.map((part) => part.first));
    return [{ name, aliases, mentions: sum((part) => part.mentions), evidence, first }];
  });
}
