import type { Pool } from 'pg';
import journal from '../src/db/migrations/meta/_journal.json' with { type: 'json' };
import { StartError } from './start-error.ts';

/** Throws a `StartError` unless the database answers and has every migration of this version. */
export async function requireMigratedDatabase(pool: Pool): Promise<void> {
  const newest = Math.max(...journal.entries.map((entry) => entry.when));
  let applied: number;
  try {
    const { rows } = await pool.query<{ newest: string | null }>(
      'select max(created_at)::text as newest from drizzle.__drizzle_migrations',
    );
    applied = Number(rows[0]?.newest ?? 0);
  } catch (error) {
    if (!isMissingTable(error)) {
      const why = error instanceof Error ? error.message || error.name : String(error);
      throw new StartError(`The worker cannot reach the database of DATABASE_URL (${why}).`);
    }
    applied = 0;
  }
  if (applied < newest)
    throw new StartError('The database is not migrated to this version: run `bun run migrate` first.');
}

function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}
