import type { Tx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { findTagsBySlugs, insertMissingTags, lockCharacterOfTags, replaceLinks, type TagRow } from './queries.ts';
import { isReserved, requestedSlugs, TAG_MAX_CHARS } from './slug.ts';

/**
 * The tags of these slugs; missing ones are made, with the slug for a name. For other modules' transactions (stories link
 * their own). Throws `tag.reserved` (400).
 */
export async function ensureTags(tx: Tx, slugs: string[], now: Date): Promise<TagRow[]> {
  const wanted = requestedSlugs(slugs).map((slug) => slug.slice(0, TAG_MAX_CHARS));
  const known = new Set((await findTagsBySlugs(tx, wanted)).map(({ slug }) => slug));
  const missing = wanted.filter((slug) => !known.has(slug));
  await insertMissingTags(
    tx,
    missing.map((slug) => ({ id: newId(), slug, name: slug, isCurated: false, createdAt: now })),
  );
  return (await findTagsBySlugs(tx, wanted)).sort((a, b) => wanted.indexOf(a.slug) - wanted.indexOf(b.slug));
}

/** Makes these the tags of a character, inside the caller's transaction. Throws `tag.reserved` (400). */
export async function setTagsOfCharacter(tx: Tx, characterId: string, slugs: string[], now: Date): Promise<TagRow[]> {
  await lockCharacterOfTags(tx, characterId);
  const rows = await ensureTags(tx, slugs, now);
  await replaceLinks(
    tx,
    characterId,
    rows.filter(({ slug }) => !isReserved(slug)).map(({ id }) => id),
  );
  return rows;
}
