import { sha256 } from '../lib/crypto.ts';
import { fail } from '../lib/errors.ts';
import { isRedisDown, type RedisCommands } from './client.ts';
import { keys } from './keys.ts';
import { type LimitName, type LimitPolicy, limitPolicies } from './limits.ts';

type LimiterDeps = { redis: RedisCommands; scale: number };

/** The subject may be an e-mail address: it is not kept as a key's name. */
const bucketKey = (name: LimitName, subject: string) => keys.rateLimit(name, sha256(subject));

/**
 * Takes one token of `subject`'s bucket. Throws `http.rate_limited` (429 with Retry-After) when it is empty, and
 * `http.unavailable` (503) when Redis is away and the policy fails closed. `scale` multiplies every burst; 0 is off.
 */
export async function spendToken(deps: LimiterDeps, name: LimitName, subject: string): Promise<void> {
  if (deps.scale === 0) return;
  const policy: LimitPolicy = limitPolicies[name];
  const burst = Math.max(1, Math.floor(policy.burst * deps.scale));
  let waitMs: number;
  try {
    waitMs = await deps.redis.takeToken(bucketKey(name, subject), burst, policy.windowSeconds * 1_000);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    if (policy.whenRedisIsDown === 'open') return;
    throw fail('http.unavailable', { cause: error, retryAfterSeconds: 5 });
  }
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw fail('http.rate_limited', { params: { seconds }, retryAfterSeconds: seconds });
}

/** Fills a bucket again, when what it counts has proven harmless (the right password after wrong ones). */
export async function clearBucket(deps: LimiterDeps, name: LimitName, subject: string): Promise<void> {
  await deps.redis.del(bucketKey(name, subject)).catch((error: unknown) => {
    if (!isRedisDown(error)) throw error;
  });
}
