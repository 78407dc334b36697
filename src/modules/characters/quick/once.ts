import type { Ctx } from '../../../context.ts';
import { fail } from '../../../lib/errors.ts';
import { isRedisDown } from '../../../redis/client.ts';
import { keys, ttlSeconds } from '../../../redis/keys.ts';
import { type Lease, takeLease } from '../../../redis/lease.ts';
import { findQuickCreation } from './queries.ts';
import type { QuickRequest } from './store.ts';

/**
 * Runs `make` at most once for a member's request and returns the id of the one character it made (seed, Flow 2). The key
 * in Redis and the lock save work; that there is only one character is decided by the table. `make` returns undefined
 * when the table refused it. Throws `quick_create.in_flight` (409) and `http.idempotency_mismatch` (422).
 */
export async function onceForRequest(
  ctx: Ctx,
  userId: string,
  request: QuickRequest,
  make: () => Promise<string | undefined>,
): Promise<string> {
  const recall = async () => {
    const made = await findQuickCreation(ctx.db.pool, userId, request.id);
    if (made && made.requestHash !== request.hash) throw fail('http.idempotency_mismatch');
    return made?.characterId;
  };
  const key = keys.quickCreate(userId, request.id);
  // With the key there is nothing to lock. Without its character the request goes on as a new one.
  const known = (await orNothing(ctx, ctx.redis.commands.get(key))) && (await recall());
  if (known) return known;
  const lease = await lock(ctx, userId, request.id);
  if (lease === 'held') {
    const made = await recall();
    if (made) return made;
    throw fail('quick_create.in_flight', { retryAfterSeconds: 5 });
  }
  try {
    const id = (await recall()) ?? (await make()) ?? (await recall());
    // Somebody made it, and somebody deleted it, while we wrote.
    if (!id) throw fail('quick_create.in_flight', { retryAfterSeconds: 5 });
    await orNothing(ctx, ctx.redis.commands.set(key, id, 'EX', ttlSeconds.quickCreate));
    return id;
  } finally {
    await lease?.release();
  }
}

/** The lease, `held` when somebody else has it, undefined when Redis is away. */
async function lock(ctx: Ctx, userId: string, requestId: string): Promise<Lease | 'held' | undefined> {
  const options = { ttlMs: ttlSeconds.quickCreateLock * 1_000 };
  try {
    return (await takeLease(ctx.redis.commands, keys.quickCreateLock(userId, requestId), options)) ?? 'held';
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    ctx.log.warn('quick_create.unlocked', { error });
    return undefined;
  }
}

/** A Redis that is away costs work, and nothing else. */
async function orNothing<T>(ctx: Ctx, command: Promise<T>): Promise<T | undefined> {
  try {
    return await command;
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    ctx.log.warn('quick_create.no_redis', { error });
    return undefined;
  }
}
