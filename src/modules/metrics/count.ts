import type { Ctx } from '../../context.ts';
import { newId } from '../../lib/ids.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { findCounts } from './count-queries.ts';
import { type Day, dayOf, isoDay } from './days.ts';

/** Fields of one hash: some ten thousand rooms a day. More are only part of the sums. */
const MOST_FIELDS = 60_000;

const hashes = {
  day: keys.metricsDay,
  stories: keys.metricsStories,
  rooms: keys.metricsRooms,
  pages: keys.metricsPages,
};
type Scope = keyof typeof hashes;
export type StoredScope = Exclude<Scope, 'rooms'>;
type Count = { of: Scope; field: string; by: number };

/** Not a count: the field that tells the life of a day's keys. */
const GENERATION = 'generation';

/** Counts things of the present day, in one script. Throws while Redis is away: nothing is counted then. */
export async function countToday(ctx: Ctx, counts: Count[], mostFields = MOST_FIELDS): Promise<void> {
  const day = dayOf(ctx.clock.now());
  const scopes = [...new Set<Scope>(['day', ...counts.map(({ of }) => of)])];
  const args = counts.flatMap(({ of, field, by }) => [scopes.indexOf(of) + 1, field, by]);
  const names = scopes.map((of) => hashes[of](day));
  // The id is new for a day that Redis does not know, for instance because it forgot it.
  await ctx.redis.commands.metricsCount(names.length, ...names, newId(), ttlSeconds.metricsDay, mostFields, ...args);
}

/** What Redis holds of a day; undefined when it holds nothing or is away. With `fields`, only these are read. */
export async function countsInRedis(ctx: Ctx, day: Day, of: Scope, fields?: string[]) {
  const { commands } = ctx.redis;
  try {
    const [generation, found] = await Promise.all([
      commands.hget(keys.metricsDay(day), GENERATION),
      fields ? commands.hmget(hashes[of](day), ...fields) : commands.hgetall(hashes[of](day)),
    ]);
    if (generation === null) return undefined;
    const pairs: [string, string | null][] = Array.isArray(found)
      ? (fields ?? []).map((field, index) => [field, found[index] ?? null])
      : Object.entries(found);
    const numbers = pairs.filter(([field, value]) => field !== GENERATION && value !== null);
    return { generation, counts: new Map(numbers.map(([field, value]) => [field, Number(value)])) };
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    return undefined;
  }
}

/** The counts of a day: what Redis counts at present, and what is written down of what it has forgotten. */
export async function countsOf(ctx: Ctx, day: Day, of: StoredScope, fields?: string[]): Promise<Map<string, number>> {
  const live = await countsInRedis(ctx, day, of, fields);
  const kept = await findCounts(ctx.db.pool, { day: isoDay(day), scope: of, fields, without: live?.generation });
  const sums = new Map(live?.counts);
  for (const { name, value } of kept) sums.set(name, (sums.get(name) ?? 0) + value);
  return sums;
}
