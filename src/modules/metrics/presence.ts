import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { sha256 } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { spendToken } from '../../redis/limiter.ts';

type Visitor = { address: string; userAgent: string };

const GUEST_DIGITS = 16;

function viewerOf(actor: Actor, { address, userAgent }: Visitor): string {
  if (actor.kind === 'member') return `u:${actor.userId}`;
  return `g:${sha256(`${address}|${userAgent}`).slice(0, GUEST_DIGITS)}`;
}

const nowSeconds = (ctx: Ctx) => Math.floor(ctx.clock.now().getTime() / 1_000);

/**
 * Notes that somebody is here. A page must never fail for it, so it does not throw: `ok` is false when it could not be
 * noted, because Redis is away or this sender beats too often (guests of one address share a rate).
 */
export async function beat(ctx: Ctx, actor: Actor, visitor: Visitor) {
  const { enabled, ttlSeconds } = ctx.config.metrics.presence;
  const answer = (ok: boolean) => ({ ok, enabled, ttl_sec: ttlSeconds });
  if (!enabled) return answer(true);
  const limits = { redis: ctx.redis.commands, scale: ctx.config.rateLimitScale };
  try {
    if (actor.kind === 'member') await spendToken(limits, 'heartbeat', actor.userId);
    else await spendToken(limits, 'heartbeatGuest', visitor.address);
    await ctx.redis.commands.presenceBeat(keys.presence(), viewerOf(actor, visitor), nowSeconds(ctx), ttlSeconds);
    return answer(true);
  } catch (error) {
    if (!(error instanceof AppError) && !isRedisDown(error)) ctx.log.warn('heartbeat failed', { error });
    return answer(false);
  }
}

/**
 * How many different viewers were heard of within the last `windowSeconds`, or within the lifetime of a sign of life when
 * that is shorter. Reading changes nothing. It does not throw: `ok` is false while Redis is away.
 */
export async function countOnline(ctx: Ctx, windowSeconds: number) {
  const { enabled, ttlSeconds } = ctx.config.metrics.presence;
  const answer = (more: {
    ok: boolean;
    online: number;
    source: 'redis_zset' | 'disabled' | 'error';
    error?: string;
  }) => ({
    ...more,
    enabled,
    ttl_sec: ttlSeconds,
    as_of: ctx.clock.now().toISOString(),
  });
  if (!enabled) return answer({ ok: true, online: 0, source: 'disabled' });
  const since = nowSeconds(ctx) - Math.min(windowSeconds, ttlSeconds);
  try {
    const online = await ctx.redis.commands.zcount(keys.presence(), since, '+inf');
    return answer({ ok: true, online, source: 'redis_zset' });
  } catch (error) {
    if (!isRedisDown(error)) ctx.log.warn('presence cannot be read', { error });
    return answer({ ok: false, online: 0, source: 'error', error: 'Redis does not answer' });
  }
}
