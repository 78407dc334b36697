import { index, pgTable } from 'drizzle-orm/pg-core';
import { id, instant } from '../columns.ts';

/** Batches of views that are in the counters already, so that none is added twice. */
export const viewBatches = pgTable('view_batches', { id: id(), appliedAt: instant().notNull() }, (table) => [
  index('view_batches_age').on(table.appliedAt),
]);
