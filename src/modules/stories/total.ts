import type { Ctx } from '../../context.ts';
import { sha256 } from '../../lib/crypto.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import type { ListFilter, Page } from './list-filter.ts';
import { countMatches } from './list-queries.ts';

/** Up to here a total is counted for each request; counting more takes longer than the page itself. */
const COUNTED_EACH_TIME = 1_000;

/** How many stories fit a filter. More than a thousand are counted twice a minute at most, and serve everybody. */
export async function totalOf(ctx: Ctx, filter: ListFilter, { skip, limit }: Page, shown: number): Promise<number> {
  // The page is the last one, so it tells.
  if (shown < limit && (shown > 0 || skip === 0)) return skip + shown;
  const { pool } = ctx.db;
  if (filter.search?.ids) return countMatches(pool, filter);
  const { commands } = ctx.redis;
  const key = keys.storyTotal(sha256(JSON.stringify({ ...filter, sort: undefined })));
  const cached = await commands.get(key).catch(whenRedisIsDown);
  if (cached) return shown > 0 ? Math.max(Number(cached), skip + shown) : Number(cached);
  // A search that gave no ids has found more than that.
  if (filter.search?.ids !== null) {
    const few = await countMatches(pool, filter, COUNTED_EACH_TIME + 1);
    if (few <= COUNTED_EACH_TIME) return few;
  }
  const total = await countMatches(pool, filter);
  await commands.set(key, total, 'EX', ttlSeconds.storyTotal).catch(whenRedisIsDown);
  return total;
}

function whenRedisIsDown(error: unknown): null {
  if (!isRedisDown(error)) throw error;
  return null;
}
