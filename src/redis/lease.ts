import type { RedisCommands } from './client.ts';

export type Lease = {
  /** Aborted when the lease was lost to another holder or its server; the work must stop then. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
};

type LeaseOptions = { ttlMs: number };

/**
 * Takes `key` for as long as the work lasts, or returns undefined when somebody holds it. Renewed at a third of its
 * lifetime. A lease saves work and never guarantees anything: a unique index or a conditional update does.
 */
export async function takeLease(
  redis: RedisCommands,
  key: string,
  { ttlMs }: LeaseOptions,
): Promise<Lease | undefined> {
  const token = crypto.randomUUID();
  if ((await redis.set(key, token, 'PX', ttlMs, 'NX')) !== 'OK') return undefined;
  const lost = new AbortController();
  let renewedAt = performance.now();
  const timer = setInterval(() => {
    redis.renewLease(key, token, ttlMs).then(
      (renewed) => {
        if (renewed === 1) renewedAt = performance.now();
        else end();
      },
      () => {
        // One failed renewal is no loss yet; a whole lifetime without one is.
        if (performance.now() - renewedAt > ttlMs) end();
      },
    );
  }, ttlMs / 3);
  const end = () => {
    clearInterval(timer);
    lost.abort();
  };
  return {
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      // When Redis is away the key runs out by itself.
      await redis.releaseLease(key, token).catch(() => 0);
    },
  };
}
