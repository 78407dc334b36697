import { storableText } from '../../../lib/storable.ts';

/** What was too much for the limits, so that a writer can refuse what a reader would cut. `pointer` is a JSON pointer. */
export type Excess = { pointer: string; max: number; unit: 'characters' | 'entries' | 'bytes' };

type Loose = Record<string, unknown>;

/** One walk through a document: where it stands, what it noted and what it may still keep. */
export type Walk = {
  readonly excesses: Excess[];
  /** Bytes left for keys that this version does not know. */
  unknownBytes: number;
  openingsBytes: number;
};

/** Reads JSON out of a string, if it is one; undefined for a string that is none. */
export function unwrap(value: unknown, levels: number): unknown {
  let current = value;
  for (let level = 0; level < levels && typeof current === 'string'; level++) {
    try {
      current = JSON.parse(current);
    } catch {
      return undefined;
    }
  }
  return typeof current === 'string' ? undefined : current;
}

export function objectOf(value: unknown): Loose | undefined {
  const found = unwrap(value, 1);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Loose) : undefined;
}

export function listOf(value: unknown): unknown[] {
  const found = unwrap(value, 1);
  return Array.isArray(found) ? found : [];
}

/** The first of some spellings of a key that has a value. */
export function firstOf(source: Loose, ...names: string[]): unknown {
  for (const name of names) if (Object.hasOwn(source, name) && source[name] != null) return source[name];
  return undefined;
}

/** A text without what Postgres cannot store (NUL, halves of surrogate pairs), cut to `max` UTF-16 units. */
export function textOf(value: unknown, max: number, pointer: string, walk: Walk): string {
  const text = plainText(value);
  if (text.length <= max) return text;
  walk.excesses.push({ pointer, max, unit: 'characters' });
  return cut(text, max);
}

export function plainText(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? storableText(value) : '';
}

/** Cuts without halving a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return text.slice(0, end);
}

/** A finite number within bounds, or an empty field. Booleans are no numbers. */
export function numberOf(value: unknown, min: number, max: number): number | '' {
  const number = typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return '';
  // Adding 0 turns -0 into 0, as JSON does.
  return Math.min(max, Math.max(min, number)) + 0;
}

export function integerOf(value: unknown, min: number, max: number): number | '' {
  const number = numberOf(value, min, max);
  return number === '' ? '' : Math.trunc(number) + 0;
}

export function flagOf(value: unknown): boolean {
  return (
    value === true || value === 1 || value === '1' || (typeof value === 'string' && value.toLowerCase() === 'true')
  );
}

/** One of some words, or undefined. */
export function wordOf<W extends string>(value: unknown, words: readonly W[]): W | undefined {
  return words.find((word) => word === value);
}

/** The objects of a list with their places, the first `max` of them. */
export function entriesOf(
  value: unknown,
  max: number,
  pointer: string,
  walk: Walk,
): { source: Loose; pointer: string }[] {
  const entries = listOf(value).flatMap((entry, index) => {
    const source = objectOf(entry);
    return source ? [{ source, pointer: `${pointer}/${index}` }] : [];
  });
  if (entries.length > max) walk.excesses.push({ pointer, max, unit: 'entries' });
  return entries.slice(0, max);
}
