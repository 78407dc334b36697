/** Waits until `condition` gives something truthy and returns it; fails with `what` when it does not come in time. */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 10, what = 'the condition' } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<Exclude<T, false>>;
    if (performance.now() > end) throw new Error(`${what} did not come true within ${timeoutMs} ms`);
    await Bun.sleep(everyMs);
  }
}
