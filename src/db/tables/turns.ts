import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { id, instant, times } from '../columns.ts';
import { characters, type StoredAffinityStage, type StoredImage, type StoredScene } from './characters.ts';
import { stories } from './stories.ts';
import { users } from './users.ts';

/** A character as it was when its room was opened; turns play this one, whatever becomes of the row. */
export type StoredSnapshot = {
  version: 1;
  capturedAt: string;
  character: {
    name: string;
    description: string | null;
    personality: string | null;
    speechStyle: string | null;
    greeting: string | null;
    worldSetting: string | null;
    introductionScenes: StoredScene[];
    startSets: Record<string, unknown> | null;
    characterType: 'roleplay' | 'simulator' | 'custom';
    baseLanguage: string;
    avatarUrl: string | null;
    imageDescriptions: StoredImage[];
    hasAffinitySystem: boolean;
    affinityRules: string | null;
    affinityStages: StoredAffinityStage[];
  };
  systemPrompt: string | null;
  exampleDialogues: { userMessage: string; characterResponse: string }[];
};

/** The five settings a room may have of its own; a missing one is the default of the kind. */
export type StoredSettings = {
  postprocess_mode?: 'always' | 'first2' | 'off';
  next_event_len?: 1 | 2;
  response_length_pref?: 'short' | 'medium' | 'long';
  prewarm_on_start?: boolean;
  temperature?: number;
};

export type StoredChoice = { id: string; label: string };

/** What a room has lived through: all that a turn changes beside the messages. Written at the end of a turn only. */
export type StoredState = {
  stats: Record<string, number>;
  lastDelta: Record<string, number>;
  lastDeltaTurn: number | null;
  firedEvents: string[];
  /** Setting memos that were told, and those that were called for and wait for a turn with room. */
  appliedMemos: string[];
  waitingMemos: string[];
  ending: { id: string; turnNo: number; reason: 'extra_conditions' | 'turn_exact' } | null;
  pendingChoices: StoredChoice[];
};

/** What the prompt of a turn was made of. */
export type StoredReport = {
  budgetTokens: number;
  usedTokens: number;
  sections: { section: string; tokens: number; dropped: boolean; why?: string }[];
};

const roomId = () =>
  uuid()
    .notNull()
    .references(() => rooms.id, { onDelete: 'cascade' });
const userId = () =>
  uuid()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/** A user's conversation with a character: a line of turns. */
export const rooms = pgTable(
  'rooms',
  {
    id: id(),
    userId: userId(),
    characterId: uuid()
      .notNull()
      .references(() => characters.id, { onDelete: 'cascade' }),
    /** The story that is played (origchat). A deleted story stays as a tombstone; its rooms are removed by its deletion. */
    storyId: uuid().references(() => stories.id),
    kind: varchar({ length: 10, enum: ['chat', 'origchat'] }).notNull(),
    /** The room that a start without more comes back to. */
    isCurrent: boolean().notNull().default(true),
    title: varchar({ length: 200 }).notNull(),
    sessionId: varchar({ length: 100 }),
    openingId: varchar({ length: 80 }),
    snapshot: jsonb().$type<StoredSnapshot>().notNull(),
    settings: jsonb().$type<StoredSettings>().notNull().default({}),
    state: jsonb().$type<StoredState>().notNull(),
    /** What only one kind of room knows. */
    details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** Number of the last turn that was completed. */
    turnCount: integer().notNull().default(0),
    messageCount: integer().notNull().default(0),
    lastSeq: integer().notNull().default(0),
    summary: text(),
    /** The summary tells the messages up to this one. */
    summarySeq: integer().notNull().default(0),
    /** Counts every change; a cached view of another version is out of date. */
    version: integer().notNull().default(1),
    idempotencyKey: varchar({ length: 200 }),
    requestHash: varchar({ length: 64 }),
    forkedFromRoomId: uuid(),
    forkedFromTurnNo: integer(),
    ...times(),
  },
  (table) => [
    uniqueIndex('rooms_one_current').on(table.userId, table.characterId, table.kind).where(sql`is_current`),
    uniqueIndex('rooms_idempotency').on(table.userId, table.idempotencyKey),
    index('rooms_of_user').on(table.userId, table.updatedAt, table.id),
    index('rooms_of_user_character').on(table.userId, table.characterId, table.updatedAt, table.id),
    index('rooms_character').on(table.characterId),
    index('rooms_story').on(table.storyId).where(sql`story_id is not null`),
    index('rooms_session').on(table.sessionId).where(sql`session_id is not null`),
    check('rooms_counts', sql`turn_count >= 0 and message_count >= 0 and last_seq >= 0`),
  ],
);

/** One answer of a model in a room. The row is the truth; the Redis stream carries its text to readers. */
export const turns = pgTable(
  'turns',
  {
    id: id(),
    roomId: roomId(),
    kind: varchar({ length: 10, enum: ['turn', 'event', 'continue', 'situation', 'choices'] }).notNull(),
    /** 1, 2, 3 … in the room; only turns and events (the story goes on by itself) have one. */
    turnNo: integer(),
    /** `replaced`: a retry took its place. */
    status: varchar({ length: 10, enum: ['running', 'done', 'failed', 'replaced'] }).notNull(),
    /** The turn that this one plays again. */
    retryOf: uuid(),
    idempotencyKey: varchar({ length: 200 }),
    requestHash: varchar({ length: 64 }).notNull(),
    model: varchar({ length: 100 }).notNull(),
    pricePoints: integer().notNull(),
    language: varchar({ length: 2, enum: ['ko', 'en'] }).notNull(),
    stateBefore: jsonb().$type<StoredState>().notNull(),
    stateAfter: jsonb().$type<StoredState>(),
    /** The summary that was in force at its end. */
    summarySeq: integer().notNull().default(0),
    report: jsonb().$type<StoredReport>(),
    /** The text so far, while it runs; then the reply has it. */
    text: text().notNull().default(''),
    eventCount: integer().notNull().default(0),
    stopRequested: boolean().notNull().default(false),
    stopped: boolean().notNull().default(false),
    errorCode: varchar({ length: 60 }),
    startedAt: instant().notNull(),
    /** Written every second while it runs; a silent turn is taken back. */
    heartbeatAt: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [
    uniqueIndex('turns_number').on(table.roomId, table.turnNo).where(sql`status in ('running', 'done')`),
    uniqueIndex('turns_one_running').on(table.roomId).where(sql`status = 'running'`),
    uniqueIndex('turns_idempotency').on(table.roomId, table.idempotencyKey).where(sql`status <> 'failed'`),
    index('turns_live').on(table.heartbeatAt).where(sql`status = 'running'`),
    index('turns_of_room').on(table.roomId, table.startedAt, table.id),
    index('turns_failed').on(table.endedAt).where(sql`status = 'failed'`),
  ],
);

export const roomReads = pgTable(
  'room_reads',
  {
    roomId: roomId(),
    userId: userId(),
    unreadCount: integer().notNull().default(0),
    lastReadAt: instant(),
  },
  (table) => [primaryKey({ columns: [table.roomId, table.userId] })],
);

/** Every summary a room has had, so that a branch gets the one of its time. */
export const roomSummaries = pgTable(
  'room_summaries',
  { roomId: roomId(), uptoSeq: integer().notNull(), content: text().notNull(), createdAt: instant().notNull() },
  (table) => [primaryKey({ columns: [table.roomId, table.uptoSeq] })],
);
