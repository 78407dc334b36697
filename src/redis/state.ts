import type { Redis } from 'ioredis';

/** The settings without which an acknowledged use of points may be lost with the Redis process or evicted. */
const required = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' } as const;

/**
 * What is wrong with the settings of the Redis that holds balances, a sentence each. `unknown` says why they could not be
 * read (a hosted server may forbid the question).
 */
export async function stateRedisFaults(redis: Redis): Promise<{ faults: string[]; unknown?: string }> {
  const faults: string[] = [];
  for (const [name, wanted] of Object.entries(required)) {
    let found: string | undefined;
    try {
      const answer: unknown = await redis.config('GET', name);
      found = Array.isArray(answer) ? String(answer[1]) : undefined;
    } catch (error) {
      return { faults, unknown: error instanceof Error ? error.message : String(error) };
    }
    if (found !== wanted) faults.push(`${name} is ${found ?? 'not set'}, it must be ${wanted}`);
  }
  return { faults };
}
