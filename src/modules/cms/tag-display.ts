import { Type } from 'typebox';
import { safePrefix } from '../../lib/text.ts';
import { stamp } from './fields.ts';
import { objectOf, propertyOf, unwrapped } from './items.ts';
import { type Judge, tooLong } from './judge.ts';
import { plainText } from './plain-text.ts';

const MAX_SLUGS = 500;
const SLUG_MAX_CHARS = 50;
/** Layout marks are no tags that anybody sees. */
const HIDDEN_MARK = 'cover:';

export type TagDisplay = { prioritySlugs: string[]; hiddenSlugs: string[]; updatedAt: string | null };

const slugs = Type.Array(Type.String({ maxLength: SLUG_MAX_CHARS }), { maxItems: MAX_SLUGS });
const updatedAt = stamp();
export const tagDisplaySchema = Type.Object({ prioritySlugs: slugs, hiddenSlugs: slugs, updatedAt: updatedAt.schema });

/** Which tags come first and which are hidden; a bare list is of those that come first. */
export function readTagDisplay(given: unknown, judge: Judge): TagDisplay {
  const source = objectOf(given) ?? { prioritySlugs: given };
  if (given === null || !['object', 'string'].includes(typeof given))
    judge.faults.push({ pointer: '', detail: 'must be an object' });
  return {
    prioritySlugs: slugsOf(propertyOf(source, 'prioritySlugs', ['priority']), '/prioritySlugs', judge),
    hiddenSlugs: slugsOf(propertyOf(source, 'hiddenSlugs', ['hidden']), '/hiddenSlugs', judge),
    updatedAt: updatedAt.tidy(source.updatedAt ?? source.updated_at) as string | null,
  };
}

function slugsOf(given: unknown, at: string, judge: Judge): string[] {
  const value = unwrapped(given);
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  const words = list.flatMap((entry) => {
    const word = slugOf(entry);
    return word === '' || word.toLowerCase().startsWith(HIDDEN_MARK) ? [] : [word];
  });
  const unique = [...new Set(words)];
  return tooLong(unique, MAX_SLUGS, at, judge) ? unique.slice(0, MAX_SLUGS) : unique;
}

/** Older lists held whole tags. */
function slugOf(entry: unknown): string {
  const slug = objectOf(entry)?.slug ?? entry;
  return typeof slug === 'string' ? safePrefix(plainText(slug.normalize('NFC')), SLUG_MAX_CHARS).trim() : '';
}
