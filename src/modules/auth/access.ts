import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import type { Claims } from '../../lib/jwt.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { findStanding } from './session-queries.ts';

const REVOKED = 'revoked';

/**
 * The member whose session the claims name, or undefined when it stands no more. Redis remembers a standing session for a
 * minute; without Redis every request asks Postgres.
 */
export async function memberOf(ctx: Ctx, claims: Claims): Promise<Member | undefined> {
  const key = keys.session(claims.sid);
  const cached = await ctx.redis.commands.get(key).catch(whenRedisIsDown);
  if (cached === REVOKED) return undefined;
  if (cached) return { kind: 'member', userId: claims.sub, sessionId: claims.sid, isAdmin: cached === 'admin' };
  const standing = await findStanding(ctx.db.pool, claims.sid, ctx.clock.now());
  if (!standing || standing.userId !== claims.sub) return undefined;
  // NX: a revocation between our look and this write has left its tombstone, which must stay.
  await ctx.redis.commands
    .set(key, standing.isAdmin ? 'admin' : 'member', 'EX', ttlSeconds.session, 'NX')
    .catch(whenRedisIsDown);
  return { kind: 'member', userId: standing.userId, sessionId: claims.sid, isAdmin: standing.isAdmin };
}

/**
 * Makes revocations known to every instance before the next request: a tombstone that outlives the longest access token.
 * Call it after the rows are committed.
 */
export async function buryEndedSessions(ctx: Ctx, sessionIds: string[]): Promise<void> {
  const seconds = ctx.config.auth.accessTokenSeconds + ttlSeconds.session;
  await Promise.all(
    sessionIds.map((id) => ctx.redis.commands.set(keys.session(id), REVOKED, 'EX', seconds).catch(whenRedisIsDown)),
  );
}

function whenRedisIsDown(error: unknown): null {
  if (!isRedisDown(error)) throw error;
  return null;
}
