import { type FieldError, fail } from '../../lib/errors.ts';
import { storableText } from '../../lib/storable.ts';

export type ChapterDraft = { no: number; title?: string | null; content: string; imageUrls?: string[] | null };

/** A story as its writers give it. */
export type StoryDraft = {
  title: string;
  content: string;
  /** The first 10 are kept; blanks are dropped. They become the story's tags. */
  keywords?: string[];
  genre?: string | null;
  isPublic?: boolean;
  isWebtoon?: boolean;
  coverUrl?: string | null;
  /** The character the story belongs to. */
  characterId?: string | null;
  chapters?: ChapterDraft[];
};

/** Limits of the contract (3.1 and 3.8). Texts are UTF-16 lengths after trimming, as a page's `maxlength` counts. */
export const limits = {
  title: { min: 1, max: 200 },
  content: { min: 20, max: 50_000 },
  chapterContent: { min: 1, max: 50_000 },
  genre: { max: 50 },
  keywords: 10,
  keyword: { max: 50 },
  coverUrl: { max: 500 },
  chapterNo: 2_147_483_647,
} as const;

/**
 * The columns of a story, checked. Texts are stored verbatim but for blanks at their ends. Throws `http.invalid` (422)
 * that names every field at fault.
 */
export function columnsOfStory(draft: StoryDraft) {
  const faults: FieldError[] = [];
  const genre = checkedText(draft.genre ?? '', limits.genre, '/genre', faults);
  const keywords = (draft.keywords ?? [])
    .map((word) => storableText(word).trim())
    .filter((word) => word !== '')
    .slice(0, limits.keywords)
    .map((word, index) => checkedText(word, limits.keyword, `/keywords/${index}`, faults));
  const columns = {
    title: checkedText(draft.title, limits.title, '/title', faults),
    content: checkedText(draft.content, limits.content, '/content', faults),
    genre: genre === '' ? null : genre,
    keywords,
    isPublic: draft.isPublic ?? true,
    isWebtoon: draft.isWebtoon ?? false,
    coverUrl: checkedText(draft.coverUrl ?? '', limits.coverUrl, '/cover_url', faults) || null,
    characterId: draft.characterId ?? null,
  };
  refuse(faults);
  return columns;
}

/** The columns of chapters, checked: numbers are whole, not negative, and each stands once. Throws `http.invalid` (422). */
export function columnsOfChapters(chapters: ChapterDraft[]) {
  const faults: FieldError[] = [];
  const seen = new Set<number>();
  const columns = chapters.map((chapter, index) => {
    const at = `/chapters/${index}`;
    if (!Number.isInteger(chapter.no) || chapter.no < 0 || chapter.no > limits.chapterNo)
      faults.push({ pointer: `${at}/no`, detail: 'must be a whole number from 0', rule: 'minimum', limit: 0 });
    if (seen.has(chapter.no)) faults.push({ pointer: `${at}/no`, detail: 'stands twice' });
    seen.add(chapter.no);
    const title = checkedText(chapter.title ?? '', { max: limits.title.max }, `${at}/title`, faults);
    return {
      no: chapter.no,
      title: title === '' ? null : title,
      content: checkedText(chapter.content, limits.chapterContent, `${at}/content`, faults),
      imageUrl: chapter.imageUrls?.length ? chapter.imageUrls : null,
    };
  });
  refuse(faults);
  return columns;
}

function checkedText(
  given: string,
  { min = 0, max }: { min?: number; max: number },
  pointer: string,
  faults: FieldError[],
): string {
  const text = storableText(given).trim();
  if (text.length < min)
    faults.push({ pointer, detail: `must have at least ${min} characters`, rule: 'minLength', limit: min });
  if (text.length > max)
    faults.push({ pointer, detail: `must have at most ${max} characters`, rule: 'maxLength', limit: max });
  return text;
}

function refuse(faults: FieldError[]): void {
  const [first] = faults;
  if (!first) return;
  const problem = `${first.pointer.slice(1).replaceAll('/', '.')} ${first.detail}`;
  throw fail('http.invalid', { params: { problem }, fields: faults.slice(0, 20) });
}
