import type { Ctx } from '../../context.ts';
import { fail } from '../../lib/errors.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { takeLease } from '../../redis/lease.ts';

/** It outlives the death of its process by so long at most. */
const LEASE_MS = 10_000;

/**
 * Takes a room for one turn. Throws `chat.turn_in_progress` (409) when it is taken. Losing the lease, or Redis, ends
 * nothing: that only one turn runs in a room is decided by Postgres; the lease spares it the question.
 */
export async function takeRoom(ctx: Ctx, roomId: string): Promise<{ release: () => Promise<void> }> {
  try {
    const lease = await takeLease(ctx.redis.commands, keys.turnLease(roomId), { ttlMs: LEASE_MS });
    if (!lease) throw fail('chat.turn_in_progress');
    return { release: () => lease.release() };
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    return { release: async () => undefined };
  }
}
