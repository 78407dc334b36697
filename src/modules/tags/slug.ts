import { fail } from '../../lib/errors.ts';

/** Slugs of layout marks: nobody but the system sets them, and nobody sees them. */
const RESERVED = 'cover:';
export const TAG_MAX_CHARS = 50;

/** A slug as it is stored and compared: one spelling per word, without the # people write. Empty when nothing is left. */
export function normalSlug(slug: string): string {
  return slug
    .normalize('NFC')
    .replace(/[\p{C}]/gu, '')
    .trim()
    .replace(/^#+/, '')
    .trim();
}

/** The slugs of a request, each once. Throws `tag.reserved` (400) for a layout mark. */
export function requestedSlugs(slugs: string[]): string[] {
  const normal = [...new Set(slugs.map(normalSlug).filter((slug) => slug !== ''))];
  if (normal.some(isReserved)) throw fail('tag.reserved');
  return normal;
}

export function isReserved(slug: string): boolean {
  return slug.toLowerCase().startsWith(RESERVED);
}
