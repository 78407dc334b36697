import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, instant, times } from '../columns.ts';
import { stories } from './stories.ts';
import { users } from './users.ts';

const storyId = () =>
  uuid()
    .notNull()
    .references(() => stories.id, { onDelete: 'cascade' });

export const storyChapters = pgTable(
  'story_chapters',
  {
    id: id(),
    storyId: storyId(),
    no: integer().notNull(),
    title: varchar({ length: 200 }),
    content: text().notNull(),
    imageUrl: jsonb().$type<string[]>(),
    viewCount: integer().notNull().default(0),
    /** Counts edits; the ETag. */
    revision: integer().notNull().default(1),
    ...times(),
  },
  (table) => [unique('story_chapters_no_unique').on(table.storyId, table.no)],
);

/**
 * What happens in a chapter, in short. A row goes in the transaction that changes or deletes its chapter, so what is here
 * is true of the text as it is. `cumulative_summary` tells the story up to and with this chapter, and is out of date
 * from `story_summary_progress.stale_from_no` on.
 */
export const storyEpisodeSummaries = pgTable(
  'story_episode_summaries',
  {
    id: id(),
    storyId: storyId(),
    chapterId: uuid()
      .notNull()
      .references(() => storyChapters.id, { onDelete: 'cascade' })
      .unique('story_episode_summaries_chapter_unique'),
    no: integer().notNull(),
    shortBrief: text().notNull(),
    anchorExcerpt: text().notNull(),
    cumulativeSummary: text().notNull(),
    ...times(),
  },
  (table) => [unique('story_episode_summaries_no_unique').on(table.storyId, table.no)],
);

/** How far the summaries of a story are true: those of chapters before `stale_from_no` are. */
export const storySummaryProgress = pgTable('story_summary_progress', {
  storyId: storyId().primaryKey(),
  staleFromNo: integer().notNull(),
});

/**
 * Chapters that somebody bought or is buying. `pending` is no right to read: the row is there before the points are
 * taken, so that whatever dies in between is found and either completed or given back.
 */
export const chapterPurchases = pgTable(
  'chapter_purchases',
  {
    /** Also names the use of points: one row is one use at most. */
    id: id(),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    storyId: storyId(),
    chapterNo: integer().notNull(),
    status: varchar({ length: 10, enum: ['pending', 'owned'] }).notNull(),
    /** The last try to pay. */
    attemptedAt: instant().notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [
    unique('chapter_purchases_once').on(table.userId, table.storyId, table.chapterNo),
    index('chapter_purchases_story').on(table.storyId),
    index('chapter_purchases_pending').on(table.attemptedAt).where(sql`status = 'pending'`),
  ],
);
