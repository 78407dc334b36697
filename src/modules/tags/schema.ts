import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';
import { TAG_MAX_CHARS } from './slug.ts';

export const Tag = t.Object({
  id: t.String({ format: 'uuid' }),
  name: t.String(),
  slug: t.String(),
  emoji: t.Nullable(t.String()),
});
export const Tags = t.Array(Tag);

export const TagBody = t.Object({
  name: t.String({ minLength: 1, maxLength: TAG_MAX_CHARS }),
  slug: t.String({ minLength: 1, maxLength: TAG_MAX_CHARS }),
  emoji: maybe(t.String({ maxLength: 10 })),
});

export const UsedQuery = t.Object({ limit: t.Integer({ minimum: 1, maximum: 500, default: 200 }) });
/** A malformed id is a 400 here, by the contract. */
export const TagParams = t.Object({ id: t.String({ maxLength: 100 }) });

export type TagView = Static<typeof Tag>;
export type TagInput = Static<typeof TagBody>;
