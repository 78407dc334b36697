import { index, integer, jsonb, pgTable, text, unique, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, times } from '../columns.ts';
import { characters } from './characters.ts';
import { stories } from './stories.ts';

/** The persons found in a story: its grid. A person whose character is deleted leaves the grid, too. */
export const storyExtractedCharacters = pgTable(
  'story_extracted_characters',
  {
    id: id(),
    storyId: uuid()
      .notNull()
      .references(() => stories.id, { onDelete: 'cascade' }),
    name: varchar({ length: 100 }).notNull(),
    /** Other names that the story gives the person. */
    aliases: jsonb().$type<string[]>().notNull().default([]),
    description: text(),
    initial: varchar({ length: 4 }),
    avatarUrl: varchar({ length: 500 }),
    characterId: uuid().references(() => characters.id, { onDelete: 'cascade' }),
    orderIndex: integer().notNull().default(0),
    ...times(),
  },
  (table) => [
    unique('story_extracted_characters_name').on(table.storyId, table.name),
    index('story_extracted_characters_character').on(table.characterId),
  ],
);
