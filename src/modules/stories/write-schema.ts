import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';
import type { StoryDraft } from './draft.ts';

/** Wider than the contract's limits, which are meant without the blanks around; the service looks again. */
const Title = t.String({ maxLength: 1_000 });
const Content = t.String({ maxLength: 60_000 });
const Keywords = t.Array(t.String({ maxLength: 200 }), { maxItems: 100 });
const Genre = t.String({ maxLength: 200 });
const Cover = t.String({ maxLength: 500 });

export const CreateBody = t.Object({
  title: Title,
  content: Content,
  keywords: maybe(Keywords),
  genre: maybe(Genre),
  is_public: maybe(t.Boolean()),
  is_webtoon: maybe(t.Boolean()),
  cover_url: maybe(Cover),
  character_id: maybe(t.String({ format: 'uuid' })),
});

/** Null clears what can be without a value, and is a 422 elsewhere. */
export const UpdateBody = t.Object({
  title: t.Optional(Title),
  content: t.Optional(Content),
  keywords: maybe(Keywords),
  genre: maybe(Genre),
  is_public: t.Optional(t.Boolean()),
  is_webtoon: t.Optional(t.Boolean()),
  cover_url: maybe(Cover),
});
export const UpdateHeaders = t.Object({ 'if-match': t.Optional(t.String({ maxLength: 500 })) });

export const CommentBody = t.Object({ content: t.String({ minLength: 1, maxLength: 1_000 }) });
export const CommentParams = t.Object({ commentId: t.String({ format: 'uuid' }) });

export const AnnouncementBody = t.Object({ content: t.String({ minLength: 1, maxLength: 5_000 }) });
export const PinBody = t.Object({ pinned: t.Boolean() });
export const AnnouncementParams = t.Object({
  id: t.String({ format: 'uuid' }),
  announcementId: t.String({ format: 'uuid' }),
});

/** A new story as its page sends it, where null means: not given. */
export function draftOfNew(body: Static<typeof CreateBody>) {
  const { title, content, keywords, genre, is_public, is_webtoon, cover_url, character_id } = body;
  return {
    ...{ title, content, keywords, genre },
    ...{ isPublic: is_public ?? true, isWebtoon: is_webtoon ?? false },
    ...{ coverUrl: cover_url?.trim() || null, characterId: character_id ?? null },
  };
}

/** The keys that were sent, and no others. */
export function draftOfEdit({ is_public, is_webtoon, cover_url, ...texts }: Static<typeof UpdateBody>): StoryDraft {
  const draft = {
    ...texts,
    isPublic: is_public,
    isWebtoon: is_webtoon,
    coverUrl: cover_url === undefined ? undefined : cover_url?.trim() || null,
  };
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}
