import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { readerOf } from '../chapters/access.ts';
import { openStory } from './context.ts';
import { cachedFor } from './context-cache.ts';
import type { OptionsView } from './context-schema.ts';
import { findThirds } from './knowledge-queries.ts';
import { clip, scenesOf } from './scenes.ts';
import { seedsFor } from './seeds.ts';

const EVERY_CHAPTER = 2_147_483_647;
const CHAPTERS = 200;
const THIRD_CHARS = 200;
const CANDIDATES = 3;
const OVERVIEW_CHARS = 240;
const LABEL_CHARS = 40;

type Offered = Omit<OptionsView, 'seeds'> & { openings: { no: number; title: string; opening: string }[] };

/**
 * Where one may step into a story, with `anchor` no further than that. The seeds come from a model for members, once for
 * all of them; everything else is read. Throws as `loadVisibleStory`.
 */
export async function getStartOptions(
  ctx: Ctx,
  actor: Actor,
  storyId: string,
  { anchor = EVERY_CHAPTER }: { anchor?: number },
  signal: AbortSignal,
): Promise<OptionsView> {
  const story = await openStory(ctx, actor, storyId);
  const { openings, ...offered } = await cachedFor(ctx, actor, story, { kind: 'options', upTo: anchor }, () =>
    readOffered(ctx, actor, story, anchor),
  );
  return { ...offered, seeds: await seedsFor(ctx, actor, { storyId, title: story.title, openings }, signal) };
}

async function readOffered(
  ctx: Ctx,
  actor: Actor,
  story: { id: string; creatorId: string; content: string },
  anchor: number,
): Promise<Offered> {
  const [reader, chapters] = await Promise.all([
    readerOf(ctx, actor, story),
    findThirds(ctx.db.pool, story.id, anchor, { limit: CHAPTERS, chars: THIRD_CHARS }),
  ]);
  const index = chapters.map((chapter) => ({ no: chapter.no, scenes: scenesOf(chapter, reader.mayRead(chapter.no)) }));
  const last = chapters.slice(-CANDIDATES).toReversed();
  return {
    overview: clip(story.content, OVERVIEW_CHARS) || null,
    modes: ['canon', 'parallel'],
    chapter_scene_index: index,
    top_candidates: last.map(({ no, title, first }) => ({
      chapter: no,
      scene_id: `auto-${no}-1`,
      label: clip(title || first, LABEL_CHARS),
    })),
    openings: last.map(({ no, title, first }) => ({ no, title: title ?? '', opening: clip(first, THIRD_CHARS) })),
  };
}
