import { bigint, date, integer, pgTable, primaryKey, smallint, uuid, varchar } from 'drizzle-orm/pg-core';
import { instant } from '../columns.ts';

/**
 * What Redis counts in a day, written down so that it outlives Redis. `generation` is the life of the day's keys: after a
 * loss Redis counts from zero under a new one, and a count is the sum over its generations.
 */
export const metricCounts = pgTable(
  'metric_counts',
  {
    day: date().notNull(),
    scope: varchar({ length: 10, enum: ['day', 'stories', 'pages'] }).notNull(),
    name: varchar({ length: 200 }).notNull(),
    generation: uuid().notNull(),
    value: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.scope, table.name, table.generation] })],
);

/** Who chatted on a finished day in Seoul, and how much. No foreign key: numbers of the past do not change. */
export const metricChatters = pgTable(
  'metric_chatters',
  { day: date().notNull(), userId: uuid().notNull(), messages: integer().notNull() },
  (table) => [primaryKey({ columns: [table.day, table.userId] })],
);

/** The traffic of each finished day in Seoul. */
export const metricDays = pgTable('metric_days', {
  day: date().primaryKey(),
  dauChat: integer().notNull(),
  wauChat: integer().notNull(),
  mauChat: integer().notNull(),
  newUsers: integer().notNull(),
  userMessages: integer().notNull(),
  rolledUpAt: instant().notNull(),
});

/** The characters that most people wrote to on a finished day; of stories the ones, of no story the others. */
export const metricTops = pgTable(
  'metric_tops',
  {
    day: date().notNull(),
    kind: varchar({ length: 10, enum: ['character', 'origchat'] }).notNull(),
    place: smallint().notNull(),
    characterId: uuid().notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.kind, table.place] })],
);
