import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, times } from '../columns.ts';
import { characters } from './characters.ts';
import { users } from './users.ts';

const userId = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/** Who a user is in chats. At most one is active and at most one is the default, whatever runs at once. */
export const userPersonas = pgTable(
  'user_personas',
  {
    id: id(),
    userId: userId(),
    name: varchar({ length: 100 }).notNull(),
    description: varchar({ length: 1_000 }).notNull(),
    isActive: boolean().notNull().default(false),
    isDefault: boolean().notNull().default(false),
    applyScope: varchar({ length: 10, enum: ['all', 'character', 'origchat'] })
      .notNull()
      .default('all'),
    ...times(),
  },
  (table) => [
    index('user_personas_user').on(table.userId, table.createdAt, table.id),
    uniqueIndex('user_personas_one_active').on(table.userId).where(sql`is_active`),
    uniqueIndex('user_personas_one_default').on(table.userId).where(sql`is_default`),
  ],
);

/** What a user wants a character to remember. They go with the character. */
export const memoryNotes = pgTable(
  'memory_notes',
  {
    id: id(),
    userId: userId(),
    characterId: uuid()
      .notNull()
      .references(() => characters.id, { onDelete: 'cascade' }),
    title: varchar({ length: 200 }).notNull(),
    content: varchar({ length: 1_000 }).notNull(),
    isActive: boolean().notNull().default(true),
    ...times(),
  },
  (table) => [
    index('memory_notes_of').on(table.userId, table.characterId, table.createdAt, table.id),
    index('memory_notes_character').on(table.characterId),
  ],
);
