import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { addSeconds } from '../../lib/clock.ts';
import { countsInRedis, type StoredScope } from './count.ts';
import { keepCounts } from './count-queries.ts';
import { addDays, type Day, dayOf, isoDay, laterOf, spanOf } from './days.ts';
import { findFirstUserAt, findLastDay, forgetChatters, storeDay, storeTops } from './traffic-queries.ts';

/** A turn that ran at midnight has ended by then, well or not. */
const SETTLING_SECONDS = 600;
/** Days that were missed are made up for, this far back. */
const BACKFILL_DAYS = 92;
/** Who chatted is kept a little longer than a month of activity needs. */
const KEEP_CHATTERS_DAYS = BACKFILL_DAYS + 31;
/** So many days back Redis still counts. */
const DAYS_IN_REDIS = 3;

/** Places of a ranking. */
const MOST_TOPS = 100;

const scopes: StoredScope[] = ['day', 'stories', 'pages'];

/**
 * Job: writes down what Redis has counted, and the traffic of every finished day that is not yet written down. It may run
 * at any time and any number of times. Returns the days that were finished by it.
 */
export async function rollUpMetrics(ctx: Ctx): Promise<Day[]> {
  const today = dayOf(ctx.clock.now());
  for (let back = 0; back < DAYS_IN_REDIS; back += 1) await keepCountsOf(ctx, addDays(today, -back));
  const days = await finishedDays(ctx);
  for (const day of days)
    await withTx(ctx.db, async (tx) => {
      await storeTops(tx, isoDay(day), spanOf(day), MOST_TOPS);
      await storeDay(tx, isoDay(day), spanOf(day), ctx.clock.now());
    });
  if (days.length > 0) await forgetChatters(ctx.db.pool, isoDay(addDays(today, -KEEP_CHATTERS_DAYS)));
  return days;
}

async function keepCountsOf(ctx: Ctx, day: Day): Promise<void> {
  for (const scope of scopes) {
    const found = await countsInRedis(ctx, day, scope);
    if (!found || found.counts.size === 0) continue;
    await keepCounts(ctx.db.pool, { day: isoDay(day), scope, generation: found.generation }, found.counts);
  }
}

/** The days to write down, in order, so that those before the last one always are. */
async function finishedDays(ctx: Ctx): Promise<Day[]> {
  const [last, first] = await Promise.all([findLastDay(ctx.db.pool), findFirstUserAt(ctx.db.pool)]);
  if (first === undefined) return [];
  // The day that is under way, or was until a moment ago.
  const open = dayOf(addSeconds(ctx.clock.now(), -SETTLING_SECONDS));
  const next = last === undefined ? dayOf(first) : addDays(last.replaceAll('-', ''), 1);
  const days: Day[] = [];
  for (let day = laterOf(next, addDays(open, -BACKFILL_DAYS)); day < open; day = addDays(day, 1)) days.push(day);
  return days;
}
