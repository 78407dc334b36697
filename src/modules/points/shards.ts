import type { Ctx } from '../../context.ts';
import { keys } from '../../redis/keys.ts';

/** The shard of a user (FNV-1a of the id). Changing `POINTS_SHARDS` moves users: the outboxes must be empty then. */
export function shardOf(ctx: Ctx, userId: string): number {
  const { shards } = ctx.config.points;
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < userId.length; index += 1)
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193) >>> 0;
  return hash % shards;
}

/** All shards, 0 …. */
export function allShards(ctx: Ctx): number[] {
  return Array.from({ length: ctx.config.points.shards }, (_, shard) => shard);
}

/** The Redis keys of one user. */
export function keysOf(ctx: Ctx, userId: string) {
  const shard = shardOf(ctx, userId);
  return {
    shard,
    epoch: keys.pointsEpoch(shard),
    outbox: keys.pointsOutbox(shard),
    balance: keys.pointsBalance(shard, userId),
    pending: keys.pointsPending(shard, userId),
    fence: keys.pointsFence(shard, userId),
    record: (txId: string) => keys.pointsRecord(shard, txId),
  };
}
