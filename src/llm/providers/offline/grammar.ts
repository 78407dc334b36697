import { isParticle, particle } from './korean.ts';
import type { Random } from './random.ts';

/** Sections of a text file: a name in brackets, then its entries, one on a line or parted by ` | `. */
export type Grammar = ReadonlyMap<string, readonly string[]>;

/** `{name}`, `{a name}` for an article before it, `{name|을}` for a Korean particle after it. */
const PLACE = /\{(a )?([a-z0-9]+)(?:\|([^{}]+))?\}/g;

/** Reads sections; the same section in two files is joined. Throws on text outside a section. */
export function parseGrammar(...sources: string[]): Grammar {
  const sections = new Map<string, string[]>();
  for (const source of sources) {
    let entries: string[] | undefined;
    for (const line of source.split('\n').map((raw) => raw.trim())) {
      if (line === '' || line.startsWith('#')) continue;
      const name = /^\[([a-z0-9.]+)\]$/.exec(line)?.[1];
      if (name !== undefined) {
        entries = sections.get(name) ?? [];
        sections.set(name, entries);
      } else if (entries) entries.push(...line.split(' | '));
      else throw new Error(`grammar: text before the first section: ${line}`);
    }
  }
  return sections;
}

/** What is wrong with a grammar: places that neither a section nor one of `bound` fills, and unknown particles. */
export function grammarProblems(grammar: Grammar, bound: readonly string[]): string[] {
  const names = new Set([...bound, ...[...grammar.keys()].map((name) => name.split('.')[0])]);
  const problems: string[] = [];
  for (const [section, entries] of grammar) {
    for (const entry of entries) {
      for (const [place, , name = '', ending] of entry.matchAll(PLACE))
        if (!names.has(name) || (ending !== undefined && !isParticle(ending))) problems.push(`${section}: ${place}`);
      if (/[{}]/.test(entry.replace(PLACE, ''))) problems.push(`${section}: ${entry}`);
    }
  }
  return problems;
}

/** Speaks sentences of a grammar. It remembers what it used, so that alternatives come round before one comes twice. */
export type Teller = {
  /** Fills the place `name` with a fixed text from now on. */
  bind(name: string, value: string): void;
  /** A text of the caller's, its places filled. */
  fill(text: string): string;
  /** One expanded entry of a section, in its variant for the story when there is one. */
  word(section: string): string;
  /** A sentence that was not told yet, if there still is one, its first letter capital. */
  sentence(section: string): string;
  /** Remembers a sentence as told. */
  tell(sentence: string): void;
  isTold(sentence: string): boolean;
  /** One who knows the same and remembers the same, but turns to the alternatives in an order of its own. */
  fork(random: Random): Teller;
};

const MAX_DRAWS = 24;
/** What a user wrote keeps its letters as they are. */
const BEGINS_WITH_FACT = /^\{(?:key|themes|echo)\b/;

/** What tellers of one story share: the filled places, and what was told. */
type Memory = { readonly bindings: Map<string, string>; readonly used: Set<string> };

/** Sections whose name ends in one of the `variants` (`place.fantasy`) join the plain one; names take its place. */
export function createTeller(grammar: Grammar, random: Random, variants: readonly string[]): Teller {
  const sections = new Map<string, readonly string[]>();
  for (const [name, entries] of grammar) {
    const variant = variants.find((candidate) => name.endsWith(`.${candidate}`));
    const section = variant === undefined ? name : name.slice(0, -variant.length - 1);
    sections.set(section, [...(sections.get(section) ?? []), ...entries]);
  }
  const names = variants.flatMap((variant) => grammar.get(`name.${variant}`) ?? []);
  if (names.length > 0) sections.set('name', names);
  return tellerOf(sections, random, { bindings: new Map(), used: new Set() });
}

function tellerOf(sections: Grammar, random: Random, memory: Memory): Teller {
  const { bindings, used } = memory;
  const decks = new Map<string, string[]>();
  const draw = (section: string): string => {
    let deck = decks.get(section);
    if (!deck || deck.length === 0) {
      deck = random.shuffle(sections.get(section) ?? []);
      if (deck.length === 0) throw new Error(`grammar: no section ${section}`);
      decks.set(section, deck);
    }
    return deck.pop() as string;
  };
  const expand = (entry: string): string =>
    entry.replace(PLACE, (_, article: string | undefined, name: string, ending: string | undefined) => {
      const value = bindings.get(name) ?? expand(draw(name));
      if (article) return `${articleOf(value)} ${value}`;
      return ending === undefined ? value : value + particle(value, ending);
    });
  return {
    bind(name, value) {
      bindings.set(name, value);
    },
    fill: expand,
    word: (section) => expand(draw(section)),
    sentence(section) {
      let sentence = '';
      for (let draws = 0; draws < MAX_DRAWS; draws += 1) {
        const entry = draw(section);
        sentence = BEGINS_WITH_FACT.test(entry) ? expand(entry) : capital(expand(entry));
        if (!used.has(sentence)) break;
      }
      return sentence;
    },
    tell(sentence) {
      used.add(sentence);
    },
    isTold: (sentence) => used.has(sentence),
    fork: (other) => tellerOf(sections, other, memory),
  };
}

/** A vowel letter that is not spoken as one (`a unit`, `a one-way road`), or a consonant that is not (`an hour`). */
function articleOf(word: string): string {
  if (/^(?:uni|use|one|eu)/i.test(word)) return 'a';
  return /^(?:[aeiou]|hour|honest|heir)/i.test(word) ? 'an' : 'a';
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
