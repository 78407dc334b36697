import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { type Language, languageOf } from '../../lib/language.ts';
import { safePrefix } from '../../lib/text.ts';
import { readableChapters, readerOf } from '../chapters/access.ts';
import { episodeSummaries } from '../chapters/texts.ts';
import { loadVisibleStory } from '../stories/access.ts';
import { cachedFor } from './context-cache.ts';
import type { PackView, WarmthView } from './context-schema.ts';
import { findCast, findChapter, findStamp, findStory } from './knowledge-queries.ts';
import { readKnowledge } from './read-knowledge.ts';
import { excerptOf, recapOf } from './scenes.ts';

const EXCERPT_CHARS = 600;
const EVERY_CHAPTER = 2_147_483_647;
const RECAP_EPISODES = 20;

const FIRST_CHOICES = {
  en: ['Look around first', 'Speak to someone', 'Wait and listen'],
  ko: ['주위를 먼저 살핀다', '누군가에게 말을 건다', '가만히 귀를 기울인다'],
} as const satisfies Record<Language, readonly string[]>;

/** A story that the caller may see, with its texts. Throws as `loadVisibleStory`. */
export async function openStory(ctx: Ctx, actor: Actor, storyId: string) {
  const [access, story] = await Promise.all([loadVisibleStory(ctx, actor, storyId), findStory(ctx.db.pool, storyId)]);
  if (!story) throw fail('story.not_found');
  return { ...access, ...story };
}

/** The story as somebody knows it who has read up to `anchor`. Throws as `loadVisibleStory`. */
export async function getContextPack(
  ctx: Ctx,
  actor: Actor,
  storyId: string,
  { anchor }: { anchor: number },
): Promise<PackView> {
  const story = await openStory(ctx, actor, storyId);
  return cachedFor(ctx, actor, story, { kind: 'pack', upTo: anchor, stampUpTo: EVERY_CHAPTER }, async () => {
    const [knowledge, { chapters }] = await Promise.all([
      readKnowledge(ctx, actor, story, anchor),
      findStamp(ctx.db.pool, storyId, EVERY_CHAPTER),
    ]);
    const language = languageOf(`${story.title} ${safePrefix(story.content, 2_000)}`, 'ko');
    return {
      actor_context: {
        anchor,
        cumulative_summary: knowledge.summary || null,
        anchor_excerpt: safePrefix(knowledge.chapter?.text ?? '', EXCERPT_CHARS) || null,
        trust: null,
        affinity: null,
        tension: null,
      },
      director_context: { total_chapters: chapters, allowed_foreshadows: [], forbidden_reveals_gt_anchor: [] },
      guard: { no_spoiler_after: anchor },
      initial_choices: FIRST_CHOICES[language].map((label, index) => ({ id: `start-${index + 1}`, label })),
    };
  });
}

/** What is known of a story that answers can be made from. Throws as `loadVisibleStory`. */
export async function getContextStatus(ctx: Ctx, actor: Actor, storyId: string): Promise<WarmthView> {
  await loadVisibleStory(ctx, actor, storyId);
  const [{ chapters, summaries }, cast] = await Promise.all([
    findStamp(ctx.db.pool, storyId, EVERY_CHAPTER),
    findCast(ctx.db.pool, storyId),
  ]);
  const updated = [
    ...(chapters > 0 ? ['world_bible'] : []),
    ...(cast.length > 0 ? ['personas'] : []),
    ...(summaries > 0 ? ['timeline_digest'] : []),
  ];
  return { warmed: updated.length > 0, updated };
}

/** What happened before a chapter. Throws as `loadVisibleStory`. */
export async function getRecap(ctx: Ctx, actor: Actor, storyId: string, anchor: number): Promise<{ recap: string }> {
  const story = await openStory(ctx, actor, storyId);
  return cachedFor(ctx, actor, story, { kind: 'recap', upTo: anchor }, async () => {
    const [reader, episodes] = await Promise.all([
      readerOf(ctx, actor, story),
      episodeSummaries(ctx, storyId, { upTo: anchor - 1, limit: RECAP_EPISODES }),
    ]);
    return { recap: recapOf(episodes, anchor, reader.mayRead) };
  });
}

/** A scene of a chapter; empty where there is no such chapter. Throws as `loadVisibleStory`. */
export async function getSceneExcerpt(
  ctx: Ctx,
  actor: Actor,
  storyId: string,
  { chapter, sceneId }: { chapter: number; sceneId?: string },
): Promise<{ excerpt: string }> {
  const [reader, row] = await Promise.all([
    readableChapters(ctx, actor, storyId),
    findChapter(ctx.db.pool, storyId, chapter),
  ]);
  return { excerpt: row ? excerptOf(row, sceneId ?? '', reader.mayRead(row.no)) : '' };
}
