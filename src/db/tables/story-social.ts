import { index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant, times } from '../columns.ts';
import { stories } from './stories.ts';
import { users } from './users.ts';

const storyId = () =>
  uuid()
    .notNull()
    .references(() => stories.id, { onDelete: 'cascade' });
const userId = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/**
 * What a search looks through: title, creator, tags, genre, keywords and the beginning of the text, folded. Triggers keep
 * it. A table of its own, since counters change often and each change of a row writes all of its index entries again.
 */
export const storySearches = pgTable('story_searches', {
  storyId: storyId().primaryKey(),
  title: text().notNull(),
  document: text().notNull(),
});

export const storyLikes = pgTable(
  'story_likes',
  { id: id(), userId: userId(), storyId: storyId(), createdAt: instant().notNull() },
  (table) => [
    unique('story_likes_once').on(table.storyId, table.userId),
    index('story_likes_user').on(table.userId, table.createdAt, table.id),
  ],
);

export const storyComments = pgTable(
  'story_comments',
  { id: id(), storyId: storyId(), userId: userId(), content: text().notNull(), ...times() },
  (table) => [
    index('story_comments_story').on(table.storyId, table.createdAt, table.id),
    index('story_comments_user').on(table.userId, table.createdAt, table.id),
  ],
);
