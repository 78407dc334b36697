import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';

const Uuid = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
const no = t.Integer({ minimum: 0, maximum: 100_000 });

/**
 * A chapter. One that its reader has not paid has no text and no images, and says what it costs; to everybody else
 * `price` is 0.
 */
export const Chapter = t.Object({
  id: Uuid,
  story_id: Uuid,
  no: t.Integer(),
  title: t.Nullable(t.String()),
  content: t.String(),
  image_url: t.Nullable(t.Array(t.String())),
  view_count: t.Integer(),
  created_at: Instant,
  updated_at: Instant,
  locked: t.Boolean(),
  price: t.Integer(),
});

const Url = t.String({ maxLength: 500 });
/** One page sends a list, another one address as a text. */
const Images = maybe(t.Union([t.Array(Url, { maxItems: 200 }), Url]));
const title = maybe(t.String({ maxLength: 200 }));

export const CreateBody = t.Object({
  story_id: Uuid,
  no,
  title,
  content: t.String({ minLength: 1, maxLength: 50_000 }),
  image_url: Images,
});
/** What is not sent stays; `title` and `image_url` can be cleared by null. */
export const UpdateBody = t.Object({
  title: maybe(t.String({ minLength: 1, maxLength: 200 })),
  content: maybe(t.String({ minLength: 1, maxLength: 50_000 })),
  image_url: Images,
});
export const UpdateHeaders = t.Object({ 'if-match': t.Optional(t.String({ maxLength: 200 })) });

export const ListQuery = t.Object({
  order: t.Optional(t.Union([t.Literal('asc'), t.Literal('desc')])),
});
export const StoryParams = t.Object({ storyId: Uuid });

export const PurchaseBody = t.Object({ story_id: Uuid, chapter_no: no });
export const Purchased = t.Object({
  purchased: t.Literal(true),
  already_owned: t.Optional(t.Literal(true)),
  ruby_balance: t.Optional(t.Integer()),
});
export const PurchasedNos = t.Object({ purchased_nos: t.Array(t.Integer()) });

export type ChapterView = Static<typeof Chapter>;
export type CreateInput = Static<typeof CreateBody>;
export type UpdateInput = Static<typeof UpdateBody>;
export type PurchasedView = Static<typeof Purchased>;
