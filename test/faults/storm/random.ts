/** Numbers that a seed determines (mulberry32). */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** A whole number from `low` to `high`. */
    int: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
  };
}

export type Random = ReturnType<typeof randomOf>;

/** The seed of a run: STORM_SEED replays one. */
export function seedOf(name: string): number {
  const seed = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`${name}: STORM_SEED=${seed}`);
  return seed;
}
