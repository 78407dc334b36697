import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';
import { users } from './users.ts';

export type FinalStory = {
  title: string;
  content: string;
  keywords: string[];
  genre: string | null;
  estimated_reading_time: number;
  metadata: { concept: string; world: string; characters: string };
};

/** Stories being written or just written. The row is the truth; the Redis stream carries its events to readers. */
export const generationJobs = pgTable(
  'generation_jobs',
  {
    id: id(),
    userId: uuid().references(() => users.id, { onDelete: 'cascade' }),
    /** Who counts towards the concurrency cap: `user:<id>` or `guest:<hash of the address>`. */
    ownerKey: varchar({ length: 80 }).notNull(),
    idempotencyKey: varchar({ length: 200 }),
    requestHash: varchar({ length: 64 }).notNull(),
    status: varchar({ length: 10, enum: ['queued', 'running', 'done', 'error', 'cancelled'] }).notNull(),
    stage: varchar({ length: 40 }).notNull(),
    title: text().notNull(),
    /** The owner's own title (PATCH); the written one gives way to it. */
    chosenTitle: text(),
    isPublic: boolean().notNull().default(false),
    content: text().notNull(),
    finalResult: jsonb().$type<FinalStory>(),
    errorMessage: text(),
    /** Sequence of the newest event that `content` includes: together they are a place in the stream. */
    eventCount: integer().notNull().default(0),
    createdAt: instant().notNull(),
    /** Written every two seconds while the job runs; a silent job is ended by the worker. */
    heartbeatAt: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [
    uniqueIndex('generation_jobs_idempotency').on(table.ownerKey, table.idempotencyKey),
    index('generation_jobs_live').on(table.heartbeatAt).where(sql`status in ('queued', 'running')`),
    index('generation_jobs_owner_live').on(table.ownerKey).where(sql`status in ('queued', 'running')`),
    index('generation_jobs_ended').on(table.endedAt).where(sql`ended_at is not null`),
  ],
);
