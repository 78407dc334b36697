import type { Ctx } from '../../context.ts';
import { newId } from '../../lib/ids.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { dayOf } from './days.ts';

/** Of one hash: some ten thousand rooms a day. More are only part of the sums. */
const MOST_FIELDS = 60_000;

type Count = { of: 'day' | 'stories' | 'rooms'; field: string; by: number };

const hashes = { day: keys.metricsDay, stories: keys.metricsStories, rooms: keys.metricsRooms };
const order = Object.keys(hashes) as (keyof typeof hashes)[];

/** Counts things of the present day, in one script. Throws while Redis is away: nothing is counted then. */
export async function countToday(ctx: Ctx, counts: Count[]): Promise<void> {
  const day = dayOf(ctx.clock.now());
  const args = counts.flatMap(({ of, field, by }) => [order.indexOf(of) + 1, field, by]);
  const names = order.map((of) => hashes[of](day));
  // The id is new for a day that Redis does not know, for instance because it forgot it.
  await ctx.redis.commands.metricsCount(names.length, ...names, newId(), ttlSeconds.metricsDay, MOST_FIELDS, ...args);
}
