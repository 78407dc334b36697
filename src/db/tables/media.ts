import { sql } from 'drizzle-orm';
import { bigint, boolean, char, check, index, integer, pgTable, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, times } from '../columns.ts';
import { characters } from './characters.ts';
import { stories } from './stories.ts';
import { users } from './users.ts';

/**
 * Pictures of a gallery: of one character, of one story, or of nothing yet. They go with what they belong to; the files
 * behind them may be shown elsewhere and stay.
 */
export const mediaAssets = pgTable(
  'media_assets',
  {
    id: id(),
    ownerId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    characterId: uuid().references(() => characters.id, { onDelete: 'cascade' }),
    storyId: uuid().references(() => stories.id, { onDelete: 'cascade' }),
    url: varchar({ length: 500 }).notNull(),
    width: integer().notNull(),
    height: integer().notNull(),
    isPrimary: boolean().notNull().default(false),
    orderIndex: integer().notNull().default(0),
    /** Where it came from: `upload`, or the name of an image model's provider. */
    provider: varchar({ length: 50 }).notNull(),
    model: varchar({ length: 100 }),
    seed: bigint({ mode: 'number' }),
    phash: char({ length: 16 }).notNull(),
    ...times(),
  },
  (table) => [
    check('media_assets_one_place', sql`num_nonnulls(character_id, story_id) <= 1`),
    check('media_assets_primary_of', sql`not is_primary or num_nonnulls(character_id, story_id) = 1`),
    index('media_assets_owner').on(table.ownerId, table.createdAt, table.id),
    index('media_assets_character')
      .on(table.characterId, table.orderIndex, table.id)
      .where(sql`character_id is not null`),
    index('media_assets_story').on(table.storyId, table.orderIndex, table.id).where(sql`story_id is not null`),
    uniqueIndex('media_assets_character_primary').on(table.characterId).where(sql`is_primary`),
    uniqueIndex('media_assets_story_primary').on(table.storyId).where(sql`is_primary`),
  ],
);
