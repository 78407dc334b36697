import { bigint, pgTable, uuid } from 'drizzle-orm/pg-core';
import { stories } from './stories.ts';

/** How many rooms were ever made to play a story. It never falls, also when rooms are deleted. */
export const origchatStarts = pgTable('origchat_starts', {
  storyId: uuid()
    .primaryKey()
    .references(() => stories.id, { onDelete: 'cascade' }),
  count: bigint({ mode: 'number' }).notNull(),
});
