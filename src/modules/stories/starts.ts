import type { Ctx } from '../../context.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { playRoomsOf } from '../turns/play-count.ts';

/**
 * How often stories were begun to be played, from the counters in Redis. What Redis has lost is counted from the rooms
 * that there are, and put back; without Redis all of it is.
 */
export async function startsOf(ctx: Ctx, storyIds: string[]): Promise<Map<string, number>> {
  if (storyIds.length === 0) return new Map();
  const { commands } = ctx.redis;
  const counters = await commands.mget(...storyIds.map(keys.storyStarts)).catch(whenRedisIsDown);
  const lost = storyIds.filter((_, i) => counters?.[i] == null);
  const counted = await playRoomsOf(ctx, lost);
  await putBack(ctx, counted);
  return new Map(storyIds.map((id, i) => [id, Number(counters?.[i] ?? counted.get(id) ?? 0)]));
}

/** Never over a counter that has come back meanwhile. */
async function putBack(ctx: Ctx, counted: Map<string, number>): Promise<void> {
  if (counted.size === 0) return;
  const pipeline = ctx.redis.commands.pipeline();
  for (const [id, rooms] of counted) pipeline.setnx(keys.storyStarts(id), rooms);
  await pipeline.exec().catch(whenRedisIsDown);
}

function whenRedisIsDown(error: unknown): null {
  if (!isRedisDown(error)) throw error;
  return null;
}
