import { pgTable, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import { instant } from '../columns.ts';
import { characters } from './characters.ts';
import { users } from './users.ts';

/**
 * Which request made a character: one request makes one at most, whatever Redis remembers. The row goes with its
 * character, so that the same request may then make another.
 */
export const quickCreations = pgTable(
  'quick_creations',
  {
    characterId: uuid()
      .primaryKey()
      .references(() => characters.id, { onDelete: 'cascade' }),
    creatorId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    requestId: varchar({ length: 64 }).notNull(),
    /** SHA-256 of what was asked for. */
    requestHash: varchar({ length: 64 }).notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [unique('quick_creations_once').on(table.creatorId, table.requestId)],
);
