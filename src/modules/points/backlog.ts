import type { Ctx } from '../../context.ts';
import { keys } from '../../redis/keys.ts';
import { allShards } from './shards.ts';

/** Uses that wait for the ledger in a shard's journal, and for how long the oldest has. Throws while Redis is away. */
export async function pointsBacklog(ctx: Ctx): Promise<{ shard: number; entries: number; oldestSeconds: number }[]> {
  const { commands } = ctx.redis;
  return Promise.all(
    allShards(ctx).map(async (shard) => {
      const outbox = keys.pointsOutbox(shard);
      const [entries, [oldest], [seconds = 0]] = await Promise.all([
        commands.xlen(outbox),
        commands.xrange(outbox, '-', '+', 'COUNT', 1),
        commands.time(),
      ]);
      // The ids are the server's time, and so is the other side.
      const age = oldest ? Number(seconds) - Number(oldest[0].split('-')[0]) / 1_000 : 0;
      return { shard, entries, oldestSeconds: Math.max(0, age) };
    }),
  );
}
