import { type TSchema, Type } from 'typebox';
import { sha256 } from '../../lib/crypto.ts';
import type { Fields, ItemOf } from './fields.ts';
import { type Judge, tooLong } from './judge.ts';

export type Source = Record<string, unknown>;
export type Scheduled = { enabled: boolean; startAt: string | null; endAt: string | null };
type Stamped = { createdAt: string | null; updatedAt: string | null };

export function objectOf(given: unknown): Source | undefined {
  return given !== null && typeof given === 'object' && !Array.isArray(given) ? (given as Source) : undefined;
}

const MAX_WRAPPINGS = 3;

/** JSON that was stored as a text of JSON is what the text says. */
export function unwrapped(given: unknown): unknown {
  let value = given;
  for (let level = 0; level < MAX_WRAPPINGS && typeof value === 'string' && /^\s*["[{]/.test(value); level += 1)
    try {
      value = JSON.parse(value);
    } catch {
      break;
    }
  return value;
}

/** The value of a property by its name, its name in snake_case, or an older one. */
export function propertyOf(source: Source, name: string, older: readonly string[] = []): unknown {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  for (const key of [name, snake, ...older]) {
    const value = Object.hasOwn(source, key) ? source[key] : undefined;
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** An item with all of its properties and no others; what is wrong is noted and mended. */
export function readItem<F extends Fields>(fields: F, source: Source, at: string, judge: Judge): ItemOf<F> {
  const entries = Object.entries(fields).map(([name, field]) => {
    const given = propertyOf(source, name, field.names);
    if (given === undefined) return [name, field.fallback];
    const value = field.tidy(given);
    const fault = field.fault(value, judge.ownOrigins);
    if (!fault) return [name, value];
    judge.faults.push({ pointer: `${at}/${name}`, ...fault });
    return [name, field.mend(value, judge.ownOrigins)];
  });
  return Object.fromEntries(entries) as ItemOf<F>;
}

/**
 * An item that is shown from a time to a time. One whose times are unreadable or the wrong way round loses them and is
 * switched off: better unseen until somebody looks than seen for ever.
 */
export function readScheduled<F extends Fields>(fields: F, source: Source, at: string, judge: Judge): ItemOf<F> {
  const before = judge.faults.length;
  const item = readItem(fields, source, at, judge);
  const { startAt, endAt } = item as ItemOf<F> & Scheduled;
  if (startAt !== null && endAt !== null && startAt >= endAt)
    judge.faults.push({ pointer: `${at}/endAt`, detail: 'must be after startAt' });
  const broken = judge.faults.slice(before).some(({ pointer }) => /\/(start|end)At$/.test(pointer));
  return broken ? { ...item, startAt: null, endAt: null, enabled: false } : item;
}

/** The entries of a list that `read` can make something of; one that it cannot is noted and left out. */
export function readList<T>(
  given: unknown,
  { max, at, judge }: { max: number; at: string; judge: Judge },
  read: (entry: unknown, at: string) => T | undefined,
): T[] {
  if (!Array.isArray(given)) {
    judge.faults.push({ pointer: at, detail: 'must be a list' });
    return [];
  }
  const list = tooLong(given, max, at, judge) ? given.slice(0, max) : given;
  return list.flatMap((entry, place) => {
    const item = read(unwrapped(entry), `${at}/${place}`);
    if (item === undefined) judge.faults.push({ pointer: `${at}/${place}`, detail: 'must be an object' });
    return item === undefined ? [] : [item];
  });
}

/** One item where a list is due, if it has any property that such items have. */
export function singleOf(fields: Fields, source: Source): Source[] | undefined {
  const is = Object.entries(fields).some(([name, field]) => propertyOf(source, name, field.names) !== undefined);
  return is ? [source] : undefined;
}

const GENERATED_ID_CHARS = 12;

/**
 * Gives an id to each item that has none or that of an earlier one. It is made from the item, not from chance: a page
 * remembers by it what a visitor closed, and a document without ids is read many times.
 */
export function withIds<T extends { id: string }>(items: T[], prefix: string): T[] {
  const taken = new Set<string>();
  return items.map((item) => {
    let id = item.id;
    for (let tries = 0; id === '' || taken.has(id); tries += 1) {
      const digest = Buffer.from(sha256(JSON.stringify([tries, item])), 'base64url').toString('hex');
      id = `${prefix}_${digest.slice(0, GENERATED_ID_CHARS)}`;
    }
    taken.add(id);
    return { ...item, id };
  });
}

/** The times of a written item: made now unless it was before, changed now. */
export function stamped<T extends Stamped>(item: T, now: Date): T {
  const at = now.toISOString();
  return { ...item, createdAt: item.createdAt ?? at, updatedAt: at };
}

export function schemaOf(fields: Fields): TSchema {
  return Type.Object(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.schema])));
}
