import { storableText } from '../../lib/storable.ts';
import type { ListInput } from './schema.ts';

export type Sort = 'likes' | 'chats' | 'recent';
export type Only = 'origchat' | 'regular';
export type CharacterType = 'roleplay' | 'simulator' | 'custom';
export type Page = { skip: number; limit: number };

/** What is looked for, and who was found; null when that is everywhere. */
export type Search = { text: string; ids: string[] | null };

/** What a list is asked for, in our words. */
export type ListFilter = {
  sort: Sort;
  search?: Search;
  types: CharacterType[];
  tagIds: string[];
  withoutTagIds: string[];
  only?: Only;
  sourceType?: 'ORIGINAL' | 'IMPORTED';
  creatorId?: string;
  /** Whether what public lists leave out is shown, too: for the owner's own list. */
  everything?: boolean;
  /** Whose private stories may be named. */
  viewerId?: string;
};

export const noFilter: ListFilter = { sort: 'recent', types: [], tagIds: [], withoutTagIds: [] };

const sorts: Record<string, Sort> = {
  ...{ views: 'chats', view: 'chats', chats: 'chats', chat_count: 'chats', 조회수: 'chats' },
  ...{ likes: 'likes', like: 'likes', 좋아요: 'likes' },
  ...{ recent: 'recent', latest: 'recent', created_at: 'recent', 최신: 'recent' },
} as const;

const onlys: Record<string, Only> = {
  ...{ origchat: 'origchat', original_chat: 'origchat', origin: 'origchat' },
  ...{ regular: 'regular', normal: 'regular', characterchat: 'regular', characters: 'regular' },
} as const;

/** These slugs ask for a type, not for a tag. */
const typeSlugs: Record<string, CharacterType> = { 롤플: 'roleplay', 시뮬: 'simulator', 커스텀: 'custom' };

export type Gender = 'male' | 'female' | 'other';
const genders: Record<string, Gender> = {
  ...{ male: 'male', m: 'male', 남성: 'male' },
  ...{ female: 'female', f: 'female', 여성: 'female' },
  ...{ other: 'other', etc: 'other', 그외: 'other', 기타: 'other' },
} as const;
/** The tags by which a character's gender is told. */
export const genderSlugs = { male: '남성', female: '여성' } as const;

function wordOf<T>(words: Record<string, T>, given: string | undefined): T | undefined {
  const word = given?.normalize('NFC').trim().toLowerCase() ?? '';
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

export const sortOf = (given: string | undefined): Sort => wordOf(sorts, given) ?? 'likes';
export const onlyOf = (given: string | undefined): Only | undefined => wordOf(onlys, given);
export const genderOf = (given: string | undefined): Gender | undefined => wordOf(genders, given);

/** What is searched for: without the marks people write before names and tags, and without what no text holds. */
export function searchOf(given: string | undefined): string {
  return storableText(given ?? '')
    .normalize('NFC')
    .trim()
    .replace(/^[@#]+/, '')
    .trim();
}

/** The comma list of `tags`: slugs to look up, and the types that some slugs stand for. */
export function tagsAndTypes(given: ListInput['tags']): { slugs: string[]; types: CharacterType[] } {
  const words = (given ?? '')
    .split(',')
    .map((word) => searchOf(word))
    .filter((word) => word !== '');
  const unique = [...new Set(words)];
  return {
    slugs: unique.filter((slug) => !Object.hasOwn(typeSlugs, slug)),
    types: unique.flatMap((slug) => (Object.hasOwn(typeSlugs, slug) ? [typeSlugs[slug] as CharacterType] : [])),
  };
}
