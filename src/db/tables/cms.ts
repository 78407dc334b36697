import { integer, jsonb, pgTable, primaryKey, uuid, varchar } from 'drizzle-orm/pg-core';
import { instant, times } from '../columns.ts';

const document = () => ({
  value: jsonb().$type<unknown>().notNull(),
  /** Which shape `value` has; 0: one of those before shapes were counted. */
  schemaVersion: integer().notNull().default(0),
});

/** What the home page shows, one document a row. Whoever writes one replaces all of it. */
export const siteConfigs = pgTable('site_configs', {
  key: varchar({ length: 100 }).primaryKey(),
  ...document(),
  /** Counts the writes. */
  version: integer().notNull().default(1),
  /** Null: an operator. */
  updatedBy: uuid(),
  ...times(),
});

/** What each write wrote, the last hundred of a document. */
export const siteConfigRevisions = pgTable(
  'site_config_revisions',
  {
    key: varchar({ length: 100 }).notNull(),
    version: integer().notNull(),
    ...document(),
    origin: varchar({ length: 10, enum: ['edit', 'restore', 'seed'] }).notNull(),
    /** The version that a restore brought back. */
    restoredVersion: integer(),
    createdBy: uuid(),
    createdAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.version] })],
);
