import type { Stat } from './document.ts';

/** A stat with all its numbers. */
export type StatDefinition = {
  readonly id: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly base: number;
  readonly unit: string;
  readonly description: string;
};

export type Stats = Record<string, number>;

const UNBOUNDED = 99_999;
const MAX_ENTRIES = 20;

/** Bounds that the creator left open are the widest there are; all numbers are whole. */
export function statDefinition(stat: Stat): StatDefinition {
  const min = stat.min_value === '' ? -UNBOUNDED : Math.ceil(stat.min_value);
  const max = Math.max(min, stat.max_value === '' ? UNBOUNDED : Math.floor(stat.max_value));
  const base = clamp(stat.base_value === '' ? 0 : Math.round(stat.base_value), min, max);
  const { id, name, label, unit, description } = stat;
  return { id, label: label || name || id, min, max, base, unit, description };
}

export function baseStats(definitions: readonly StatDefinition[]): Stats {
  return Object.fromEntries(definitions.map(({ id, base }) => [id, base]));
}

/** The values of the stats that there are, each within its bounds; one without a value has its base. */
export function currentStats(definitions: readonly StatDefinition[], stored: Stats): Stats {
  return Object.fromEntries(
    definitions.map(({ id, min, max, base }) => {
      const value = Object.hasOwn(stored, id) ? stored[id] : undefined;
      return [id, typeof value === 'number' && Number.isFinite(value) ? clamp(Math.round(value), min, max) : base];
    }),
  );
}

/**
 * Applies what a model asked for in its hidden block: known stats only, whole numbers, at most twenty entries; a value
 * beats a change, and nothing leaves its bounds. Of several blocks the first that can be read counts.
 */
export function applyDelta(
  definitions: readonly StatDefinition[],
  before: Stats,
  blocks: readonly string[],
): { stats: Stats; delta: Stats } {
  const stats = { ...before };
  const entries = blocks.map(entriesOf).find((found) => found !== undefined) ?? [];
  for (const entry of entries.slice(0, MAX_ENTRIES)) {
    const definition = definitions.find(({ id }) => id === entry.stat_id);
    if (!definition) continue;
    const asked = wholeNumber(entry.value) ?? sum(stats[definition.id], wholeNumber(entry.delta));
    if (asked !== undefined) stats[definition.id] = clamp(asked, definition.min, definition.max);
  }
  const changed = Object.entries(stats).map(([id, value]) => [id, value - (before[id] ?? 0)] as const);
  return { stats, delta: Object.fromEntries(changed.filter(([, difference]) => difference !== 0)) };
}

type Entry = { stat_id?: unknown; delta?: unknown; value?: unknown };

function entriesOf(block: string): Entry[] | undefined {
  const from = block.indexOf('{');
  const to = block.lastIndexOf('}');
  if (from === -1 || to < from) return undefined;
  try {
    const { stats } = JSON.parse(block.slice(from, to + 1)) as { stats?: unknown };
    if (!Array.isArray(stats)) return undefined;
    return stats.filter((entry): entry is Entry => typeof entry === 'object' && entry !== null);
  } catch {
    return undefined;
  }
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*[+-]?\d{1,9}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.round(number) : undefined;
}

function sum(value: number | undefined, delta: number | undefined): number | undefined {
  return delta === undefined ? undefined : (value ?? 0) + delta;
}

function clamp(value: number, min: number, max: number): number {
  // Adding 0 turns -0 into 0, as JSON does.
  return Math.min(max, Math.max(min, value)) + 0;
}
