import type { Ctx } from '../../context.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { findStarts } from './start-count-queries.ts';

/** Brings the public counter of a story to `count`, which its row has reached; it never goes back. */
export async function tellStarts(ctx: Ctx, storyId: string, count: number): Promise<void> {
  try {
    await ctx.redis.commands.raiseNumber(keys.storyStarts(storyId), count);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}

/**
 * How many rooms were ever made to play each of these stories; a story that was never played has 0. Read from Redis;
 * counters that are not there come from Postgres and are put back.
 */
export async function startCounts(ctx: Ctx, storyIds: readonly string[]): Promise<Map<string, number>> {
  const ids = [...new Set(storyIds)];
  if (ids.length === 0) return new Map();
  const cached = await readCounters(ctx, ids);
  const counts = new Map<string, number>();
  ids.forEach((id, index) => {
    const value = cached?.[index];
    if (value != null && /^\d{1,15}$/.test(value)) counts.set(id, Number(value));
  });
  const missing = ids.filter((id) => !counts.has(id));
  if (missing.length === 0) return counts;
  const rows = await findStarts(ctx.db.pool, missing);
  for (const id of missing) counts.set(id, rows.find(({ storyId }) => storyId === id)?.count ?? 0);
  if (cached) await Promise.all(missing.map((id) => tellStarts(ctx, id, counts.get(id) ?? 0)));
  return counts;
}

/** Undefined when Redis is away. */
async function readCounters(ctx: Ctx, ids: string[]): Promise<(string | null)[] | undefined> {
  try {
    return await ctx.redis.commands.mget(ids.map(keys.storyStarts));
  } catch (error) {
    if (isRedisDown(error)) return undefined;
    throw error;
  }
}
