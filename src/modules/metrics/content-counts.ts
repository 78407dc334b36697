import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Ctx } from '../../context.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { countOrigchatCharacters, countRegularCharacters, countWebnovels } from './content-count-queries.ts';
import { dayOf, parseDay } from './days.ts';

const Natural = Type.Integer({ minimum: 0 });
/** What may be believed of a cached value: whole, and not empty. */
const cachedCounts = Compile(
  Type.Object({
    total: Type.Integer({ minimum: 1 }),
    counts: Type.Object({ regular_characters: Natural, origchat_characters: Natural, webnovels: Natural }),
  }),
);
type Counts = { regular_characters: number; origchat_characters: number; webnovels: number };
type Counted = { total: number; counts: Counts; whole: boolean };

/** Counts that are under way, apart those whose result is cached. */
const flights = new WeakMap<Ctx, Map<string, Promise<Counted>>>();

const NO = ['false', '0', 'no', 'off'];

/**
 * How much there is to see. Never throws: a count that fails is 0. A cached value is used only if it is whole and not
 * zero, and only such a one is cached, for a minute; callers that come while it is counted share one count. `day` is
 * echoed and chooses nothing.
 */
export async function getContentCounts(ctx: Ctx, input: { day?: string; use_cache?: string }) {
  const today = dayOf(ctx.clock.now());
  const day = parseDay(input.day ?? '') ?? today;
  const key = NO.includes(input.use_cache?.toLowerCase() ?? '') ? undefined : keys.contentCounts(today);
  const cached = key && (await readCached(ctx, key));
  if (cached) return { day, ...cached, cached: true };
  const { total, counts } = await countOnce(ctx, key);
  return { day, counts, total, cached: false };
}

function countOnce(ctx: Ctx, key: string | undefined): Promise<Counted> {
  const running = flights.get(ctx) ?? new Map<string, Promise<Counted>>();
  flights.set(ctx, running);
  const name = key ?? '';
  const flight = running.get(name) ?? countAndCache(ctx, key).finally(() => running.delete(name));
  running.set(name, flight);
  return flight;
}

async function countAndCache(ctx: Ctx, key: string | undefined): Promise<Counted> {
  const counted = await countAll(ctx);
  const { total, counts, whole } = counted;
  if (key && whole && total > 0) await writeCached(ctx, key, { total, counts });
  return counted;
}

async function countAll(ctx: Ctx): Promise<Counted> {
  const results = await Promise.allSettled(
    [countRegularCharacters, countOrigchatCharacters, countWebnovels].map((count) => count(ctx.db.pool)),
  );
  const numbers = results.map((result) => (result.status === 'fulfilled' ? result.value : 0));
  for (const result of results)
    if (result.status === 'rejected') ctx.log.warn('content cannot be counted', { error: result.reason });
  const [regular_characters = 0, origchat_characters = 0, webnovels = 0] = numbers;
  return {
    counts: { regular_characters, origchat_characters, webnovels },
    total: regular_characters + origchat_characters + webnovels,
    whole: results.every((result) => result.status === 'fulfilled'),
  };
}

async function readCached(ctx: Ctx, key: string): Promise<{ total: number; counts: Counts } | undefined> {
  try {
    const text = await ctx.redis.commands.get(key);
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return cachedCounts.Check(value) ? value : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isRedisDown(error)) ctx.log.warn('cache cannot be read', { error });
    return undefined;
  }
}

async function writeCached(ctx: Ctx, key: string, value: { total: number; counts: Counts }): Promise<void> {
  await ctx.redis.commands
    .set(key, JSON.stringify(value), 'EX', ttlSeconds.contentCounts)
    .catch((error: unknown) => ctx.log.debug('cache not written', { error }));
}
