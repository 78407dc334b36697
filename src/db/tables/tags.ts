import { boolean, pgTable, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';

/** Tags of characters and stories. `cover:…` slugs carry layout marks and are never shown. */
export const tags = pgTable(
  'tags',
  {
    id: id(),
    name: varchar({ length: 50 }).notNull(),
    slug: varchar({ length: 50 }).notNull(),
    emoji: varchar({ length: 10 }),
    /** Ours or an administrator's. What a writer's keyword made is only told of where something public has it. */
    isCurated: boolean().notNull().default(true),
    createdAt: instant().notNull(),
  },
  (table) => [uniqueIndex('tags_slug_unique').on(table.slug)],
);
