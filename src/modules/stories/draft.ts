import { type FieldError, fail } from '../../lib/errors.ts';
import { isOwnOrSecureImage } from '../../lib/image-url.ts';
import { isReserved, normalSlug } from '../tags/slug.ts';

/** A story as its writers give it: only the keys they mean to set. Texts are stored as they come, but for blanks around. */
export type StoryDraft = {
  title?: string;
  content?: string;
  keywords?: string[] | null;
  genre?: string | null;
  isPublic?: boolean;
  isWebtoon?: boolean;
  coverUrl?: string | null;
  characterId?: string | null;
};

const MAX_KEYWORDS = 10;
const limits = {
  title: { min: 1, max: 200 },
  content: { min: 20, max: 50_000 },
  genre: { min: 0, max: 50 },
  keywords: { min: 0, max: 50 },
} as const;

/** The columns that a draft sets. Throws `http.invalid` (422) for a text that is too short or too long without its blanks. */
export function columnsOf(draft: StoryDraft) {
  const { title, content, keywords, genre, ...columns } = draft;
  return {
    ...columns,
    ...(title === undefined ? {} : { title: fitted('title', title) }),
    ...(content === undefined ? {} : { content: fitted('content', content) }),
    ...(genre === undefined ? {} : { genre: genre === null ? null : fitted('genre', genre) || null }),
    ...(keywords === undefined ? {} : { keywords: keywordsOf(keywords) }),
  };
}

/** The first ten that are words; layout marks are none. */
function keywordsOf(given: string[] | null): string[] | null {
  const words = (given ?? []).map((word) => word.trim()).filter((word) => word !== '' && !isReserved(normalSlug(word)));
  const kept = [...new Set(words)].slice(0, MAX_KEYWORDS).map((word) => fitted('keywords', word));
  return kept.length > 0 ? kept : null;
}

/** The slugs that a story is tagged with: its keywords, or its genre when it has none. */
export function tagsOf(keywords: string[] | null, genre: string | null): string[] {
  return (keywords ?? (genre === null ? [] : [genre])).filter((slug) => !isReserved(normalSlug(slug)));
}

/** Throws `story.bad_cover_url` (422) for an address that no page may load; one that the story has already may stay. */
export function requireCover({ coverUrl }: StoryDraft, publicBaseUrl: string, current: string | null = null): void {
  if (!coverUrl || coverUrl === current || isOwnOrSecureImage(coverUrl, publicBaseUrl)) return;
  throw fail('story.bad_cover_url');
}

function fitted(field: keyof typeof limits, text: string): string {
  const trimmed = text.trim();
  const { min, max } = limits[field];
  const pointer = `/${field}`;
  if (trimmed.length < min)
    throw invalid({ pointer, detail: `must have at least ${min} characters`, rule: 'minLength', limit: min });
  if (trimmed.length > max)
    throw invalid({ pointer, detail: `must have at most ${max} characters`, rule: 'maxLength', limit: max });
  return trimmed;
}

function invalid(field: FieldError) {
  return fail('http.invalid', { params: { problem: `${field.pointer.slice(1)} ${field.detail}` }, fields: [field] });
}
