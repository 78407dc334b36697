import type { Ctx } from '../../context.ts';
import { countsOf } from './count.ts';
import { addDays, type Day, dayOf, isoDay, laterOf, parseDay, spanOf, startOf } from './days.ts';
import { countTraffic, findDay, findLastDay, type Traffic } from './traffic-queries.ts';

/** A month of activity has so many days, the asked one among them. */
const MONTH_DAYS = 30;
const TOP_PAGES = 50;

/**
 * Who chatted and how much on a day in Seoul (the week and the month end with it), new accounts, and views of pages. A
 * day that there is not is today, as the front end expects. Finished days come from the roll-up; of the present one the
 * messages since the last roll-up are counted.
 */
export async function getTraffic(ctx: Ctx, input: { day?: string }) {
  const day = parseDay(input.day ?? '') ?? dayOf(ctx.clock.now());
  const [traffic, pages] = await Promise.all([trafficOf(ctx, day), countsOf(ctx, day, 'pages')]);
  return {
    day,
    timezone: 'Asia/Seoul' as const,
    dau_chat: traffic.dauChat,
    wau_chat: traffic.wauChat,
    mau_chat: traffic.mauChat,
    new_users: traffic.newUsers,
    user_messages: traffic.userMessages,
    page_views: [...pages]
      .map(([path, views]) => ({ path, views }))
      .sort((a, b) => b.views - a.views || (a.path < b.path ? -1 : 1))
      .slice(0, TOP_PAGES),
  };
}

async function trafficOf(ctx: Ctx, day: Day): Promise<Traffic> {
  const [stored, last] = await Promise.all([findDay(ctx.db.pool, isoDay(day)), findLastDay(ctx.db.pool)]);
  if (stored) return stored;
  const firstOfMonth = addDays(day, 1 - MONTH_DAYS);
  const unstored = last === undefined ? firstOfMonth : laterOf(addDays(last.replaceAll('-', ''), 1), firstOfMonth);
  const span = spanOf(day);
  return countTraffic(ctx.db.pool, isoDay(day), span, { from: startOf(unstored), to: span.to });
}
