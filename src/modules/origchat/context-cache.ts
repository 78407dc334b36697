import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { sha256 } from '../../lib/crypto.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { readerOf } from '../chapters/access.ts';
import { findStamp } from './knowledge-queries.ts';

type Story = { id: string; creatorId: string };

/**
 * What was made of a story up to a chapter, from Redis or made now. It is told again only to who may read the same
 * chapters, and not after any of them, or a summary, was changed.
 */
export async function cachedFor<T>(
  ctx: Ctx,
  actor: Actor,
  story: Story,
  { kind, upTo, stampUpTo = upTo }: { kind: string; upTo: number; stampUpTo?: number },
  make: () => Promise<T>,
): Promise<T> {
  const [reader, stamp] = await Promise.all([readerOf(ctx, actor, story), findStamp(ctx.db.pool, story.id, stampUpTo)]);
  const owned = reader.ownedNos.filter((no) => no <= upTo).toSorted((a, b) => a - b);
  const key = keys.storyContext(story.id, kind, sha256(JSON.stringify([upTo, stamp, reader.lockedFromNo, owned])));
  const known = await readJson<T>(ctx, key);
  if (known !== undefined) return known;
  const made = await make();
  await writeJson(ctx, key, made, ttlSeconds.storyContext);
  return made;
}

/** Undefined when it is not there, or Redis is away. */
export async function readJson<T>(ctx: Ctx, key: string): Promise<T | undefined> {
  try {
    const text = await ctx.redis.commands.get(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch (error) {
    if (error instanceof SyntaxError || isRedisDown(error)) return undefined;
    throw error;
  }
}

export async function writeJson(ctx: Ctx, key: string, value: unknown, seconds: number): Promise<void> {
  try {
    await ctx.redis.commands.set(key, JSON.stringify(value), 'EX', seconds);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
