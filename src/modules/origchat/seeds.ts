import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { sha256 } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { languageOf } from '../../lib/language.ts';
import { OrigSeeds } from '../../llm/orig-tasks.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { takeLease } from '../../redis/lease.ts';
import { spendToken } from '../../redis/limiter.ts';
import { readJson, writeJson } from './context-cache.ts';
import type { OptionsView } from './context-schema.ts';
import { titleAfter } from './prompt/compose.ts';
import { phrase } from './prompt/phrases.ts';
import { clip } from './scenes.ts';

const LABEL_CHARS = 40;
const LEASE_MS = 15_000;
const LIMITS = { firstTokenMs: 8_000, totalMs: 10_000 };

type Seeds = NonNullable<OptionsView['seeds']>;
/** What seeds are made of: no more than the free beginnings of chapters, so that all readers may have the same. */
type Source = { storyId: string; title: string; openings: readonly { no: number; title: string; opening: string }[] };

/**
 * What makes curious about a story's last chapters. A model is asked for members only, by one request at a time and so
 * often an hour; the others, and everybody meanwhile, get the chapters' own titles. Never fails for the model.
 */
export async function seedsFor(ctx: Ctx, actor: Actor, source: Source, signal: AbortSignal): Promise<Seeds | null> {
  if (source.openings.length === 0) return null;
  const key = keys.storyContext(source.storyId, 'seeds', sha256(JSON.stringify(source)));
  const known = await readJson<Seeds>(ctx, key);
  if (known) return known;
  const made =
    actor.kind === 'member' ? await orNothing(ctx, () => makeOnce(ctx, actor.userId, source, key, signal)) : undefined;
  return made ?? plainSeeds(source);
}

async function makeOnce(
  ctx: Ctx,
  userId: string,
  source: Source,
  key: string,
  signal: AbortSignal,
): Promise<Seeds | undefined> {
  const { commands } = ctx.redis;
  const lease = await takeLease(commands, keys.storySeedsLease(source.storyId), { ttlMs: LEASE_MS });
  if (!lease) return undefined;
  try {
    // Somebody may have just been here.
    const known = await readJson<Seeds>(ctx, key);
    if (known) return known;
    await spendToken({ redis: commands, scale: ctx.config.rateLimitScale }, 'storySeeds', userId);
    const seeds = await askForSeeds(ctx, source, signal);
    await writeJson(ctx, key, seeds, ttlSeconds.storySeeds);
    return seeds;
  } finally {
    await lease.release();
  }
}

async function askForSeeds(ctx: Ctx, { title, openings }: Source, signal: AbortSignal): Promise<Seeds> {
  const language = languageOf(openings.map(({ opening }) => opening).join(' '), 'ko');
  const call = {
    task: 'orig.seeds' as const,
    language,
    limits: LIMITS,
    messages: [
      { role: 'system' as const, content: phrase(language, 'seeds', { title }) },
      {
        role: 'user' as const,
        content: openings
          .map(({ no, title: name, opening }) =>
            phrase(language, 'seeds.chapter', { no, title: titleAfter(name), text: opening }),
          )
          .join('\n'),
      },
    ],
    facts: { storyTitle: title, chapters: openings },
  };
  const { seeds } = await ctx.llm.produce(call, OrigSeeds, signal);
  const plain = plainSeeds({ openings });
  return plain.map((seed) => {
    const label = clip(seeds.find(({ chapter }) => chapter === seed.chapter)?.label ?? '', LABEL_CHARS);
    return label === '' ? seed : { ...seed, label };
  });
}

function plainSeeds({ openings }: Pick<Source, 'openings'>): Seeds {
  return openings.map(({ no, title, opening }) => ({
    chapter: no,
    scene_id: null,
    label: clip(title || opening, LABEL_CHARS),
  }));
}

async function orNothing<T>(ctx: Ctx, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) && !isRedisDown(error)) throw error;
    ctx.log.debug('seeds not made', { error });
    return undefined;
  }
}
