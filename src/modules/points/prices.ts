/** What things cost and what is given away, in points. A turn costs what its model costs: `ctx.llm.models`. */
export const prices = {
  /** Reading one chapter; the first ones of a story are free. */
  chapterPoints: 5,
  freeChapters: 5,
  /** Reward of the daily check-in. */
  checkInPoints: 10,
  /** The timer collects one point in so many seconds … */
  timerSeconds: 7_200,
  /** … and stops when so many wait to be fetched. */
  timerMaxPoints: 15,
} as const;
