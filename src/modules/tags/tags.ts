import type { Ctx } from '../../context.ts';
import { violatedReference, withTx } from '../../db/tx.ts';
import { blank, fail } from '../../lib/errors.ts';
import { isUuid, newId } from '../../lib/ids.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { defaultTags, isDefault } from './default-tags.ts';
import {
  countUses,
  curateTag,
  deleteTagRow,
  findTag,
  findTagIdsFolded,
  findTags,
  findTagsBySlugs,
  findTagsOfCharacter,
  findUsedTags,
  insertMissingTags,
  type TagRow,
} from './queries.ts';
import type { TagInput, TagView } from './schema.ts';
import { isReserved, normalSlug } from './slug.ts';

/** More than a page could show; the used ones have their own list. */
const MAX_LISTED = 2_000;
const MAX_USED = 500;

export function viewTag(row: TagRow): TagView {
  return { id: row.id, name: row.name, slug: row.slug, emoji: row.emoji };
}

/** Tags by name. Writers make new ones by their keywords: however many those are, the default tags stay among them. */
export async function listTags(ctx: Ctx): Promise<TagView[]> {
  const slugs = defaultTags.map(({ slug }) => slug);
  return (await findTags(ctx.db.pool, slugs, MAX_LISTED)).map(viewTag);
}

/**
 * Tags of public characters, the most used first. Counting looks at every link, and every home page asks: one count serves
 * everybody for half a minute.
 */
export async function listUsedTags(ctx: Ctx, limit: number): Promise<TagView[]> {
  const { commands } = ctx.redis;
  const cached = await commands.get(keys.usedTags()).catch(whenRedisIsDown);
  if (cached) return (JSON.parse(cached) as TagView[]).slice(0, limit);
  const found = (await findUsedTags(ctx.db.pool, MAX_USED)).map(viewTag);
  await commands.set(keys.usedTags(), JSON.stringify(found), 'EX', ttlSeconds.usedTags).catch(whenRedisIsDown);
  return found.slice(0, limit);
}

function whenRedisIsDown(error: unknown): null {
  if (!isRedisDown(error)) throw error;
  return null;
}

/** For the characters module, which has asked whether the caller may see the character. */
export async function tagsOfCharacter(ctx: Ctx, characterId: string): Promise<TagView[]> {
  return (await findTagsOfCharacter(ctx.db.pool, characterId)).map(viewTag);
}

/** The ids of those slugs that are tags; for other modules' filters. */
export async function tagIdsOf(ctx: Ctx, slugs: string[]): Promise<Map<string, string>> {
  return new Map((await findTagsBySlugs(ctx.db.pool, slugs)).map(({ slug, id }) => [slug, id]));
}

/** The ids of tags by their slugs, whatever the case of the letters; for other modules' filters. */
export async function tagIdsFolded(ctx: Ctx, slugs: string[]): Promise<string[]> {
  return findTagIdsFolded(ctx.db.pool, slugs);
}

/**
 * Makes a tag, or takes one that a writer made among those that everybody is shown. Throws `tag.reserved`,
 * `tag.slug_taken` (400), `http.invalid` (422) for a slug or a name of blanks.
 */
export async function createTag(ctx: Ctx, input: TagInput): Promise<TagView> {
  const slug = normalSlug(input.slug);
  const name = input.name.trim();
  if (slug === '') throw blank('slug');
  if (name === '') throw blank('name');
  if (isReserved(slug)) throw fail('tag.reserved');
  const row = { id: newId(), slug, name, emoji: input.emoji ?? null, isCurated: true, createdAt: ctx.clock.now() };
  if ((await insertMissingTags(ctx.db.pool, [row])) === 1) return viewTag(row);
  const curated = await curateTag(ctx.db.pool, slug, row);
  if (!curated) throw fail('tag.slug_taken');
  return viewTag(curated);
}

/**
 * Deletes a tag that nothing uses. Throws `tag.bad_id`, `tag.reserved`, `tag.default`, `tag.in_use` (400) and
 * `tag.not_found` (404). A link that is made at the same time keeps the tag: the foreign key decides.
 */
export async function deleteTag(ctx: Ctx, id: string): Promise<void> {
  if (!isUuid(id)) throw fail('tag.bad_id');
  const tag = await findTag(ctx.db.pool, id);
  if (!tag) throw fail('tag.not_found');
  if (isReserved(tag.slug)) throw fail('tag.reserved');
  if (isDefault(tag.slug)) throw fail('tag.default');
  const inUse = async (cause?: unknown) => {
    const uses = await countUses(ctx.db.pool, id);
    return uses.characters + uses.stories > 0 || cause ? fail('tag.in_use', { params: uses, cause }) : undefined;
  };
  const refused = await inUse();
  if (refused) throw refused;
  try {
    if (!(await withTx(ctx.db, (tx) => deleteTagRow(tx, id)))) throw fail('tag.not_found');
  } catch (error) {
    if (violatedReference(error)) throw await inUse(error);
    throw error;
  }
}

/** Sees to it that the default tags exist; with every migration. Returns how many were missing. */
export async function ensureDefaultTags(ctx: Pick<Ctx, 'db' | 'clock'>): Promise<number> {
  const now = ctx.clock.now();
  return insertMissingTags(
    ctx.db.pool,
    defaultTags.map((tag) => ({ id: newId(), ...tag, createdAt: now })),
  );
}
