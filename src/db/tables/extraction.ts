import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';
import { stories } from './stories.ts';

/** Somebody whom the windows read so far name; what is kept of the text between two windows. */
export type StoredCandidate = {
  name: string;
  aliases: string[];
  description: string;
  /** In how many windows, weighted by importance. */
  weight: number;
  /** In how many windows as the main person. */
  leads: number;
  /** Number of the first window, and the place in its answer. */
  first: [window: number, place: number];
};

/**
 * Searches for the persons of a story. The row is the truth, Redis mirrors it. `epoch` is the run that may write: each
 * worker that takes the job up counts it, and every write names it.
 */
export const extractionJobs = pgTable(
  'extraction_jobs',
  {
    id: id(),
    storyId: uuid()
      .notNull()
      .references(() => stories.id, { onDelete: 'cascade' }),
    status: varchar({ length: 10, enum: ['queued', 'running', 'done', 'error', 'cancelled'] }).notNull(),
    stage: varchar({ length: 10, enum: ['starting', 'clearing', 'extracting', 'done', 'cancelled'] }).notNull(),
    epoch: integer().notNull().default(0),
    totalWindows: integer().notNull().default(0),
    processedWindows: integer().notNull().default(0),
    /** The checkpoint: who was found in the processed windows. Emptied at the end. */
    candidates: jsonb().$type<StoredCandidate[]>().notNull().default([]),
    created: integer().notNull().default(0),
    /** A code of the error catalogue; readers get its sentence in their language. */
    errorCode: varchar({ length: 60 }),
    /** Why the last window that could not be read could not. */
    lastError: text(),
    createdAt: instant().notNull(),
    /** Written every two seconds while the job runs. */
    heartbeatAt: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [
    uniqueIndex('extraction_jobs_one_active').on(table.storyId).where(sql`status in ('queued', 'running')`),
    index('extraction_jobs_of_story').on(table.storyId, table.createdAt, table.id),
    index('extraction_jobs_live').on(table.heartbeatAt).where(sql`status in ('queued', 'running')`),
    index('extraction_jobs_ended').on(table.endedAt).where(sql`ended_at is not null`),
  ],
);
