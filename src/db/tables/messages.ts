import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';
import { rooms, turns } from './turns.ts';
import { users } from './users.ts';

/** Places in a room. `content` is the selected version's. */
export const messages = pgTable(
  'messages',
  {
    id: id(),
    roomId: uuid()
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    turnId: uuid().references(() => turns.id, { onDelete: 'cascade' }),
    /** Order in the room; rises, with gaps. */
    seq: integer().notNull(),
    part: varchar({ length: 10, enum: ['opening', 'user', 'reply', 'ending'] }).notNull(),
    senderType: varchar({ length: 20, enum: ['user', 'assistant', 'character'] }).notNull(),
    content: text().notNull(),
    metadata: jsonb().$type<Record<string, unknown>>(),
    selectedVersion: integer().notNull().default(1),
    versionCount: integer().notNull().default(1),
    upvotes: integer().notNull().default(0),
    downvotes: integer().notNull().default(0),
    createdAt: instant().notNull(),
  },
  (table) => [
    uniqueIndex('messages_seq').on(table.roomId, table.seq),
    index('messages_turn').on(table.turnId),
    index('messages_of_users').on(table.createdAt, table.roomId).where(sql`part = 'user'`),
    check('messages_votes', sql`upvotes >= 0 and downvotes >= 0`),
  ],
);

/** The texts a place has had, from the first change on. */
export const messageVersions = pgTable(
  'message_versions',
  {
    messageId: uuid()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    no: integer().notNull(),
    content: text().notNull(),
    source: varchar({ length: 12, enum: ['original', 'edit', 'regenerate', 'retry'] }).notNull(),
    createdAt: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.messageId, table.no] })],
);

export const messageVotes = pgTable(
  'message_votes',
  {
    messageId: uuid()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    userId: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** 1 up, -1 down. */
    vote: smallint().notNull(),
  },
  (table) => [primaryKey({ columns: [table.messageId, table.userId] })],
);
