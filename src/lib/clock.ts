/** Time as the services see it; tests pass their own. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

const seoul = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Seoul',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The business day (`YYYY-MM-DD`) of an instant: days are Seoul's, whatever the server's zone. */
export function seoulDay(instant: Date): string {
  return seoul.format(instant);
}

export function addSeconds(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}
