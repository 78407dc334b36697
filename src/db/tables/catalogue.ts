import { pgTable, uuid, varchar } from 'drizzle-orm/pg-core';
import { instant } from '../columns.ts';

/**
 * What the seed has put into the catalogue. The row outlives what it made: a character that somebody renamed, hid or
 * deleted does not come back. So `entity_id` refers to a character or a story that may be gone.
 */
export const catalogueEntries = pgTable('catalogue_entries', {
  key: varchar({ length: 100 }).primaryKey(),
  entityId: uuid().notNull(),
  createdAt: instant().notNull(),
});
