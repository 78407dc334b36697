import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import { countsInRedis, countsOf } from './count.ts';
import { dayOf, parseDay } from './days.ts';
import { origchatNames } from './record.ts';

type Filters = { story_id?: string; room_id?: string; mode?: string; narrator?: string };

/** Story play has this one mode, and nobody narrates it. */
const MODE = 'plain';

/**
 * The numbers of story play of a day, as a whole, of a story or of a room. A room's are known for three days. Throws
 * `http.invalid` (422) for a day that there is not.
 */
export async function getSummary(ctx: Ctx, input: Filters & { day?: string }) {
  const { day: asked, ...given } = input;
  const day = asked === undefined ? dayOf(ctx.clock.now()) : parseDay(asked);
  if (day === undefined)
    throw fail('http.invalid', { params: { problem: 'day' }, fields: [{ pointer: '/day', detail: 'YYYYMMDD' }] });
  const filters = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const numbers = await numbersOf(ctx, day, given);
  const { tti_ms, tti_count, ...counters } = numbers;
  return {
    day,
    filters,
    tti_avg_ms: tti_count === 0 ? 0 : Math.round((tti_ms / tti_count) * 100) / 100,
    tti_count,
    counters,
  };
}

async function numbersOf(ctx: Ctx, day: string, { story_id, room_id, mode, narrator }: Filters) {
  const pick = (counts: Map<string, number> | undefined, prefix = '') => {
    const at = (name: (typeof origchatNames)[number]) => counts?.get(prefix + name) ?? 0;
    return {
      tti_ms: at('tti_ms'),
      tti_count: at('tti_count'),
      choices_requested: at('choices_requested'),
      next_event: at('next_event'),
      completed: at('completed'),
    };
  };
  const fieldsOf = (id: string) => origchatNames.map((name) => `${id}:${name}`);
  if (narrator !== undefined || (mode !== undefined && mode !== MODE)) return pick(undefined);
  if (room_id !== undefined) {
    const marker = story_id === undefined ? [] : [`${room_id}:${story_id}`];
    const found = await countsInRedis(ctx, day, 'rooms', [...fieldsOf(room_id), ...marker]);
    // A room of another story is not what was asked for.
    const fits = marker.every((field) => found?.counts.has(field));
    return pick(fits ? found?.counts : undefined, `${room_id}:`);
  }
  if (story_id !== undefined) return pick(await countsOf(ctx, day, 'stories', fieldsOf(story_id)), `${story_id}:`);
  return pick(await countsOf(ctx, day, 'day', [...origchatNames]));
}
