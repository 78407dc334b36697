import { seoulDay } from '../../lib/clock.ts';

/** A day in Seoul as the routes and the Redis keys write it: YYYYMMDD. */
export type Day = string;

const DAY_MS = 86_400_000;

/** The day in Seoul of an instant. */
export function dayOf(instant: Date): Day {
  return seoulDay(instant).replaceAll('-', '');
}

/** When a day in Seoul begins; there is no daylight saving time there. */
export function startOf(day: Day): Date {
  return new Date(`${isoDay(day)}T00:00:00+09:00`);
}

/** The day as Postgres and people write it: YYYY-MM-DD. */
export function isoDay(day: Day): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
}

/** The day so many days later, or earlier. */
export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(startOf(day).getTime() + days * DAY_MS));
}

/** A day as somebody wrote it, or undefined when there is no such day. */
export function parseDay(text: string): Day | undefined {
  if (!/^20\d{6}$/.test(text)) return undefined;
  const start = startOf(text);
  return !Number.isNaN(start.getTime()) && dayOf(start) === text ? text : undefined;
}

/** From the beginning of a day to its end, which is the next one's beginning. */
export function spanOf(day: Day): { from: Date; to: Date } {
  return { from: startOf(day), to: startOf(addDays(day, 1)) };
}

export function laterOf(a: Day, b: Day): Day {
  return a > b ? a : b;
}
