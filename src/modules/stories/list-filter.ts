import { storableText } from '../../lib/storable.ts';

export type Sort = 'likes' | 'views' | 'news' | 'age';
export type Only = 'origchat' | 'webnovel';
export type Page = { skip: number; limit: number };

/** What is looked for, and what was found; null when that is everywhere. */
export type Search = { text: string; ids: string[] | null };

/** What a list is asked for, in our words. */
export type ListFilter = {
  sort: Sort;
  search?: Search;
  /** Any of these. */
  tagIds?: string[];
  genre?: string;
  only?: Only;
  creatorId?: string;
  /** Whether private stories are shown, too: for the owner's own list and administrators. */
  everything?: boolean;
  /** Looked for in all of the text, too: for the owner's own list. */
  ownSearch?: string;
  /** Whose private characters may be named. */
  viewerId?: string;
};

const sorts: Record<string, Sort> = {
  ...{ views: 'views', view: 'views', 조회수: 'views', 조회순: 'views' },
  ...{ likes: 'likes', like: 'likes', 좋아요: 'likes', 좋아요순: 'likes' },
  ...{ recent: 'news', latest: 'news', created_at: 'news', 최신: 'news', 최신순: 'news' },
} as const;

const onlys: Record<string, Only> = {
  ...{ origchat: 'origchat', original_chat: 'origchat', origin: 'origchat' },
  ...{ webnovel: 'webnovel', novel: 'webnovel', story: 'webnovel' },
} as const;

function wordOf<T>(words: Record<string, T>, given: string | undefined): T | undefined {
  const word = given?.normalize('NFC').trim().toLowerCase() ?? '';
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

export const sortOf = (given: string | undefined): Sort => wordOf(sorts, given) ?? 'likes';
export const onlyOf = (given: string | undefined): Only | undefined => wordOf(onlys, given);

/** What is searched for: without the marks people write before names and tags, and without what no text holds. */
export function searchOf(given: string | undefined): string {
  return storableText(given ?? '')
    .normalize('NFC')
    .replace(/^[@#\s]+/, '')
    .trim();
}

/** The slugs of a comma list, each once. */
export function slugsOf(given: string | undefined): string[] {
  const words = (given ?? '').split(',').map((word) => searchOf(word));
  return [...new Set(words.filter((word) => word !== ''))];
}
