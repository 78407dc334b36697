import { assignIds, idOf } from './ids.ts';
import { opening } from './opening.ts';
import { limits, type Opening, type SimOptions, type StartSets } from './schema.ts';
import { settingBook } from './setting-book.ts';
import { jsonBytes, unknownKeys } from './unknown.ts';
import {
  type Excess,
  entriesOf,
  firstOf,
  flagOf,
  integerOf,
  objectOf,
  textOf,
  unwrap,
  type Walk,
  wordOf,
} from './values.ts';

const ROOT_KEYS = [
  ...['selectedId', 'selected_id', 'items', 'start_sets', 'basic_info', 'sim_options', 'simOptions', 'max_turns'],
  ...['maxTurns', 'setting_book', 'settingBook', 'profile_concept', 'profileConcept', '_backfill_status'],
];
const SIM_KEYS = ['mode', 'max_turns', 'maxTurns', 'allow_infinite_mode', 'sim_dating_elements', 'sim_variant'];

/**
 * Brings any JSON into the one shape that all writers store and all readers read: legacy spellings, JSON in strings and
 * documents wrapped in documents are resolved, ids are unique, numbers are in range, texts and lists have their limits,
 * unknown keys are kept within 64 KiB. Null when there is no such document in it. Never throws, and changes nothing when
 * applied again. What was too much is cut and noted in `excesses`, so that a route can refuse it instead.
 */
export function normaliseStartSets(given: unknown, excesses: Excess[] = []): StartSets | null {
  const source = rootOf(given);
  if (!source) return null;
  const walk: Walk = { excesses, unknownBytes: limits.unknownBytes, openingsBytes: limits.openingsBytes };
  const items = openings(firstOf(source, 'items', 'start_sets'), walk);
  const selected = idOf(firstOf(source, 'selectedId', 'selected_id'));
  const sim = simOptions(firstOf(source, 'sim_options', 'simOptions'), walk);
  const maxTurns = turnsOf(firstOf(source, 'max_turns', 'maxTurns'));
  const book = settingBook(firstOf(source, 'setting_book', 'settingBook'), '/setting_book', walk);
  const concept = profileConcept(firstOf(source, 'profile_concept', 'profileConcept'), walk);
  return {
    selectedId: items.some((item) => item.id === selected) ? selected : (items[0]?.id ?? ''),
    items,
    ...(sim && { sim_options: sim }),
    ...(maxTurns && { max_turns: maxTurns }),
    ...(book && { setting_book: book }),
    ...(concept && { profile_concept: concept }),
    ...unknownKeys(source, ROOT_KEYS, '', walk),
  };
}

/** The document itself, out of strings, of a whole character, or of a document that holds another. */
function rootOf(given: unknown): Record<string, unknown> | undefined {
  const value = unwrap(given, limits.wrappings);
  if (Array.isArray(value)) return { items: value };
  let current = objectOf(value);
  for (let level = 0; current && level < limits.wrappings && !Array.isArray(current.items); level++) {
    const inner = objectOf(objectOf(current.basic_info)?.start_sets) ?? objectOf(current.start_sets);
    if (!inner) break;
    const { basic_info: _character, start_sets: _wrapped, ...outer } = current;
    current = { ...outer, ...inner };
  }
  return current;
}

function openings(value: unknown, walk: Walk): Opening[] {
  const entries = entriesOf(value, limits.openings, '/items', walk);
  const ids = assignIds(
    entries.map((entry) => entry.source.id),
    'set',
  );
  const kept: Opening[] = [];
  for (const [index, entry] of entries.entries()) {
    const next = opening(entry.source, ids[index] ?? '', entry.pointer, walk);
    const bytes = jsonBytes(next);
    if (bytes > walk.openingsBytes) {
      walk.excesses.push({ pointer: entry.pointer, max: limits.openingsBytes, unit: 'bytes' });
      break;
    }
    walk.openingsBytes -= bytes;
    kept.push(next);
  }
  return kept;
}

function turnsOf(value: unknown): number | undefined {
  const turns = integerOf(value, 0, limits.turns);
  return turns === '' || turns === 0 ? undefined : turns;
}

function simOptions(value: unknown, walk: Walk): SimOptions | undefined {
  const source = objectOf(value);
  if (!source) return undefined;
  const mode = wordOf(source.mode, ['preset', 'custom'] as const);
  const maxTurns = turnsOf(firstOf(source, 'max_turns', 'maxTurns'));
  const variant = wordOf(source.sim_variant, ['dating', 'scenario'] as const);
  return {
    ...(mode && { mode }),
    ...(maxTurns && { max_turns: maxTurns }),
    allow_infinite_mode: flagOf(source.allow_infinite_mode),
    sim_dating_elements: flagOf(source.sim_dating_elements),
    ...(variant && { sim_variant: variant }),
    ...unknownKeys(source, SIM_KEYS, '/sim_options', walk),
  };
}

function profileConcept(value: unknown, walk: Walk): StartSets['profile_concept'] {
  const source = objectOf(value);
  if (!source) return undefined;
  return {
    enabled: flagOf(source.enabled),
    text: textOf(source.text, limits.concept, '/profile_concept/text', walk),
    ...unknownKeys(source, ['enabled', 'text'], '/profile_concept', walk),
  };
}
