import { sql } from 'drizzle-orm';
import { timestamp, uuid } from 'drizzle-orm/pg-core';

/** Primary key: a UUID made by the caller (`lib/ids`). */
export const id = () => uuid().primaryKey();

/** An instant with zone; milliseconds, as JavaScript has them. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: 'date' });

/** `created_at` and `updated_at`, both set by the database. */
export const times = () => ({
  createdAt: instant().notNull().default(sql`now()`),
  updatedAt: instant().notNull().default(sql`now()`),
});
