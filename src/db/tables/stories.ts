import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, instant, times } from '../columns.ts';
import { tags } from './tags.ts';
import { users } from './users.ts';

export type StoredAnnouncement = {
  id: string;
  title: string;
  content: string;
  pinned: boolean;
  created_at: string;
  updated_at: string;
};

/**
 * Stories. A deleted one stays as a tombstone (id, creator, `deleted_at`; private, texts wiped), since chats of its
 * characters must answer that the story is gone. `character_id` refers to `characters` (set null; see the migration:
 * the two tables refer to each other).
 */
export const stories = pgTable(
  'stories',
  {
    id: id(),
    creatorId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    characterId: uuid(),
    title: varchar({ length: 200 }).notNull(),
    content: text().notNull(),
    summary: text(),
    summaryVersion: integer().notNull().default(1),
    keywords: jsonb().$type<string[]>(),
    genre: varchar({ length: 50 }),
    coverUrl: varchar({ length: 500 }),
    announcements: jsonb().$type<StoredAnnouncement[]>().notNull().default([]),
    isPublic: boolean().notNull().default(true),
    isOrigchat: boolean().notNull().default(false),
    isWebtoon: boolean().notNull().default(false),
    isFeatured: boolean().notNull().default(false),
    likeCount: integer().notNull().default(0),
    viewCount: integer().notNull().default(0),
    commentCount: integer().notNull().default(0),
    /** Views of the story and of its chapters together, as lists sort by. */
    viewTotal: integer().notNull().default(0),
    chapterCount: integer().notNull().default(0),
    lastChapterAt: instant(),
    /** Counts the edits of what an edit sends; its ETag. */
    version: integer().notNull().default(1),
    deletedAt: instant(),
    ...times(),
  },
  (table) => {
    // Read backwards. (Drizzle's `desc()` adds `nulls last`, which no `order by … desc` can use.)
    const listed = sql`is_public`;
    return [
      index('stories_creator').on(table.creatorId, table.createdAt, table.id),
      index('stories_character').on(table.characterId).where(sql`character_id is not null`),
      index('stories_by_likes').on(table.likeCount, table.createdAt, table.id).where(listed),
      index('stories_by_views').on(table.viewTotal, table.likeCount, table.createdAt, table.id).where(listed),
      index('stories_by_news').on(sql`coalesce(last_chapter_at, updated_at)`, table.id).where(listed),
      index('stories_of_genre').on(table.genre, table.likeCount, table.createdAt, table.id).where(listed),
      index('stories_by_kind').on(table.isOrigchat, table.likeCount, table.createdAt, table.id).where(listed),
      index('stories_to_dive')
        .on(table.viewTotal, table.id, table.chapterCount)
        .where(sql`is_public and not is_webtoon and cover_url is not null`),
      check('stories_counts', sql`like_count >= 0 and comment_count >= 0 and view_count >= 0 and chapter_count >= 0`),
      check('stories_deleted_are_private', sql`deleted_at is null or not is_public`),
    ];
  },
);

export const storyTags = pgTable(
  'story_tags',
  {
    storyId: uuid()
      .notNull()
      .references(() => stories.id, { onDelete: 'cascade' }),
    // A tag in use cannot be deleted: no cascade.
    tagId: uuid()
      .notNull()
      .references(() => tags.id),
  },
  (table) => [
    primaryKey({ columns: [table.storyId, table.tagId] }),
    index('story_tags_tag').on(table.tagId, table.storyId),
  ],
);
