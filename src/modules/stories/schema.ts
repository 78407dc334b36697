import { type Static, t } from 'elysia';
import { pageQuery } from '../../http/schema.ts';

const Uuid = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
const nullable = t.Nullable(t.String());

export const Announcement = t.Object({
  id: Uuid,
  title: t.String(),
  content: t.String(),
  pinned: t.Boolean(),
  created_at: nullable,
  updated_at: nullable,
});
export const Announcements = t.Object({ announcements: t.Array(Announcement) });

const story = {
  id: Uuid,
  creator_id: Uuid,
  character_id: nullable,
  title: t.String(),
  content: t.String(),
  keywords: t.Nullable(t.Array(t.String())),
  genre: nullable,
  is_public: t.Boolean(),
  is_webtoon: t.Boolean(),
  cover_url: nullable,
  is_origchat: t.Boolean(),
  like_count: t.Integer(),
  view_count: t.Integer(),
  comment_count: t.Integer(),
  /** Goes up with each edit of the text: what was derived from an older one is stale. */
  summary_version: t.Integer(),
  created_at: Instant,
  updated_at: Instant,
  tags: t.Array(t.String()),
  announcements: t.Array(Announcement),
};

/** What the front end calls StoryResponse. */
export const Story = t.Object(story);

/** What the front end calls StoryWithDetails. */
export const StoryDetail = t.Object({
  ...story,
  creator_username: t.String(),
  creator_avatar_url: nullable,
  character_name: nullable,
  is_liked: t.Boolean(),
});

export const StoryListItem = t.Object({
  id: Uuid,
  creator_id: Uuid,
  title: t.String(),
  genre: nullable,
  is_public: t.Boolean(),
  is_origchat: t.Boolean(),
  is_webtoon: t.Boolean(),
  like_count: t.Integer(),
  view_count: t.Integer(),
  comment_count: t.Integer(),
  created_at: Instant,
  updated_at: Instant,
  creator_username: nullable,
  creator_avatar_url: nullable,
  character_name: nullable,
  cover_url: nullable,
  excerpt: nullable,
  tags: t.Array(t.String()),
  episode_count: t.Integer(),
  extracted_characters: t.Array(
    t.Object({ id: Uuid, character_id: Uuid, name: t.String(), initial: nullable, avatar_url: nullable }),
  ),
  latest_chapter_created_at: nullable,
});
export const StoryItems = t.Array(StoryListItem);
export const StoryList = t.Object({
  stories: StoryItems,
  /** All that fit. Where they are more than a thousand, it may be half a minute old. */
  total: t.Integer(),
  skip: t.Integer(),
  limit: t.Integer(),
});

const comment = {
  id: Uuid,
  story_id: Uuid,
  user_id: Uuid,
  content: t.String(),
  created_at: Instant,
  updated_at: Instant,
};
export const Comment = t.Object(comment);
export const Comments = t.Array(t.Object({ ...comment, username: t.String(), user_avatar_url: nullable }));
export const CommentsWithStory = t.Array(t.Object({ ...comment, story_title: t.String() }));

export const LikeStatus = t.Object({ is_liked: t.Boolean(), like_count: t.Integer() });

export const Slots = t.Array(
  t.Object({
    id: Uuid,
    title: t.String(),
    cover_url: t.String(),
    excerpt: nullable,
    episode_count: t.Integer(),
    total_views: t.Integer(),
    avg_views: t.Number(),
    origchat_starts: t.Integer(),
  }),
);

const word = t.Optional(t.String({ maxLength: 30 }));
const search = t.Optional(t.String({ maxLength: 100 }));
/** An unknown word of `sort` or `only` is as none; what is out of range is a 422. */
export const ListQuery = t.Composite([
  pageQuery(20, 100),
  t.Object({
    search,
    genre: t.Optional(t.String({ maxLength: 50 })),
    creator_id: t.Optional(Uuid),
    tags: t.Optional(t.String({ maxLength: 500 })),
    sort: word,
    only: word,
  }),
]);
export const MyQuery = t.Composite([pageQuery(20, 100), t.Object({ search })]);
export const PageQuery = pageQuery(20, 100);
/** Lists of one's own are leafed through by number; together no further than any other list. */
export const NumberedPageQuery = t.Object({
  limit: t.Integer({ minimum: 1, maximum: 100, default: 20 }),
  page: t.Integer({ minimum: 1, maximum: 100, default: 1 }),
});
export const SlotsQuery = t.Object({
  limit: t.Integer({ minimum: 1, maximum: 30, default: 10 }),
  min_episodes: t.Integer({ minimum: 1, maximum: 200, default: 10 }),
});
export const SessionsQuery = t.Object({ limit: t.Optional(t.Integer({ minimum: 1, maximum: 100 })) });

export type AnnouncementView = Static<typeof Announcement>;
export type StoryView = Static<typeof Story>;
export type StoryDetailView = Static<typeof StoryDetail>;
export type StoryItemView = Static<typeof StoryListItem>;
export type StoryListView = Static<typeof StoryList>;
export type CommentView = Static<typeof Comment>;
export type CommentWithUserView = Static<typeof Comments>[number];
export type ListInput = Static<typeof ListQuery>;
export type SlotView = Static<typeof Slots>[number];
