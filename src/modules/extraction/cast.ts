import type { Static } from 'typebox';
import type { StoredCandidate } from '../../db/tables/extraction.ts';
import { groupNames, nameKey } from '../../lib/person-names.ts';
import { storableText } from '../../lib/storable.ts';
import { safePrefix } from '../../lib/text.ts';
import type { WindowAnswer } from '../../llm/extract-tasks.ts';
import roles from './roles.txt' with { type: 'text' };

/** A person of the story, as the grid will show them. */
export type Person = { name: string; aliases: string[]; description: string };

type Candidate = Static<typeof WindowAnswer>['candidates'][number];

const NAME_CHARS = 100;
const DESCRIPTION_CHARS = 100;
const PER_WINDOW = 5;
const MOST_PERSONS = 5;
const MOST_ALIASES = 8;
/** So many are remembered; a story that names more loses those it named least. */
const MOST_REMEMBERED = 120;
const KNOWN_NAMES = 20;
/** Its main person has at least this weight. */
const LONG_STORY_WEIGHT = 9;
const WEIGHTS = { protagonist: 3, main: 2, minor: 1 } as const;

const listOf = (section: string) =>
  new Set(
    (roles.split(/^\[/m).find((part) => part.startsWith(`${section}]`)) ?? '')
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(' | '))
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  );
const GENERIC = listOf('generic');
const KIN = listOf('kin');

const clean = (text: string, max: number) => safePrefix(storableText(text).replace(/\s+/g, ' ').trim(), max).trim();
const wordOf = (name: string) => name.toLowerCase().replace(/^(?:the|a|an|some|old|young) /, '');

/** Who tells a story without saying a name. */
const NARRATORS = new Set(['I', '나']);

/** A word for anybody (`the man`, 손님) is no name, nor is one letter, but for the initials some books call people by. */
function isName(name: string): boolean {
  if (NARRATORS.has(name)) return true;
  if (name === '' || GENERIC.has(wordOf(name)) || !/\p{L}/u.test(name)) return false;
  return [...name.replace(/\./g, '')].length > 1 || /^\p{Lu}/u.test(name);
}

function importanceOf(said = ''): keyof typeof WEIGHTS {
  if (/protagonist|^lead|hero|주인공/i.test(said)) return 'protagonist';
  return /main|major|high|central|주요/i.test(said) ? 'main' : 'minor';
}

/** What is remembered after one more window. The lists that come in stay as they are. */
export function remember(
  found: readonly StoredCandidate[],
  candidates: readonly Candidate[],
  window: number,
): StoredCandidate[] {
  const byKey = new Map(found.map((candidate) => [nameKey(candidate.name), candidate]));
  candidates.slice(0, PER_WINDOW).forEach((candidate, place) => {
    const name = clean(candidate.name, NAME_CHARS);
    if (!isName(name)) return;
    const importance = importanceOf(candidate.importance);
    const aliases = (candidate.aliases ?? [])
      .map((alias) => clean(alias, NAME_CHARS))
      .filter((alias) => alias !== name && isName(alias));
    const key = nameKey(name);
    const before = byKey.get(key);
    const description = clean(candidate.description ?? '', DESCRIPTION_CHARS);
    byKey.set(key, {
      name: before?.name ?? name,
      aliases: [...new Set([...(before?.aliases ?? []), ...aliases])].slice(0, MOST_ALIASES),
      description: before?.description || description,
      weight: (before?.weight ?? 0) + WEIGHTS[importance],
      leads: (before?.leads ?? 0) + (importance === 'protagonist' ? 1 : 0),
      first: before?.first ?? [window, place],
    });
  });
  const all = [...byKey.values()];
  return all.length <= MOST_REMEMBERED ? all : all.toSorted((a, b) => b.weight - a.weight).slice(0, MOST_REMEMBERED);
}

/** The names that the next window is told, the most named first. */
export function knownNames(found: readonly StoredCandidate[]): string[] {
  return found
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, KNOWN_NAMES)
    .map((candidate) => candidate.name);
}

/**
 * The persons of the story, at most five: who leads it, then by how much they are named, then by who comes first; whom a
 * story calls only by a word of kinship (아내, mother) after those who have a name.
 */
export function chooseCast(found: readonly StoredCandidate[]): Person[] {
  const persons = groupNames(found).map((group) => {
    const parts = group.members.flatMap((index) => found[index] ?? []);
    const inOrder = parts.toSorted((a, b) => comesFirst(a, b));
    return {
      name: group.name,
      aliases: group.aliases.slice(0, MOST_ALIASES),
      description: parts.find((part) => part.name === group.name)?.description || inOrder[0]?.description || '',
      weight: parts.reduce((sum, part) => sum + part.weight, 0),
      leads: parts.reduce((sum, part) => sum + part.leads, 0),
      first: inOrder[0]?.first ?? ([0, 0] as [number, number]),
      kin: KIN.has(wordOf(group.name)),
    };
  });
  const ranked = persons.toSorted((a, b) => b.weight - a.weight || Number(a.kin) - Number(b.kin) || comesFirst(a, b));
  const most = ranked[0]?.weight ?? 0;
  const leader = ranked
    .filter(({ leads, weight }) => leads > 0 && weight * 2 >= most)
    .toSorted((a, b) => b.leads - a.leads)[0];
  const ordered = leader ? [leader, ...ranked.filter((person) => person !== leader)] : ranked;
  // Whom a long story names in passing is no person of it.
  const present = most >= LONG_STORY_WEIGHT ? ordered.filter(({ weight }) => weight >= WEIGHTS.main) : ordered;
  return present.slice(0, MOST_PERSONS).map(({ name, aliases, description }) => ({ name, aliases, description }));
}

type Placed = { first: [number, number] };
const comesFirst = (a: Placed, b: Placed) => a.first[0] - b.first[0] || a.first[1] - b.first[1];
