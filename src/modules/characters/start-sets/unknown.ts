import { limits } from './schema.ts';
import { plainText, type Walk } from './values.ts';

const encoder = new TextEncoder();

/** The size of a value as JSON, in bytes. */
export function jsonBytes(value: unknown): number {
  return encoder.encode(JSON.stringify(value)).byteLength;
}

/** The keys of an object that this version does not know, as far as the document's budget reaches. */
export function unknownKeys(
  source: Record<string, unknown>,
  known: readonly string[],
  pointer: string,
  walk: Walk,
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(source)) {
    if (known.includes(name) || name === '__proto__' || name !== plainText(name)) continue;
    const clean = storable(value, limits.unknownDepth);
    const bytes = jsonBytes({ [name]: clean });
    if (bytes > walk.unknownBytes) {
      walk.excesses.push({ pointer, max: limits.unknownBytes, unit: 'bytes' });
      continue;
    }
    walk.unknownBytes -= bytes;
    kept.push([name, clean]);
  }
  return Object.fromEntries(kept);
}

/** A JSON value that Postgres can store, cut off below `depth`. */
function storable(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : null;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((entry) => storable(entry, depth - 1));
  const entries = Object.entries(value).filter(([name]) => name !== '__proto__' && name === plainText(name));
  return Object.fromEntries(entries.map(([name, entry]) => [name, storable(entry, depth - 1)]));
}
