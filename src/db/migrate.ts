import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { Logger, runMigrations } from 'graphile-worker';
import postgres from 'postgres';

const MIGRATION_LOCK = 'fabula-migrations';

/**
 * Brings the database to this version: the job queue's schema, then ours. One session lock covers both, so that any
 * number of processes may start at once (without it eleven of twelve fail).
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 5 });
  try {
    await client`select pg_advisory_lock(hashtext(${MIGRATION_LOCK}))`;
    await runMigrations({ connectionString: url, logger: new Logger(() => () => undefined) });
    await migrate(drizzle(client, { casing: 'snake_case' }), { migrationsFolder: join(import.meta.dir, 'migrations') });
  } finally {
    await client.end({ timeout: 5 });
  }
}
