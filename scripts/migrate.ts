import { loadConfig } from '../src/config.ts';
import { bringUpToDate } from './services/database.ts';
import { explain } from './services/failure.ts';
import { checkPostgres, place } from './services/given.ts';

const HELP = `Usage: bun run migrate

Brings the database up to date, its tables and the default tags: that of DATABASE_URL, else that of the ./scripts/up that runs on DATA_DIR (.data).`;

/** A database that cannot be reached or changed is told in one sentence; see `explain`. */
async function migrate(): Promise<void> {
  // Redis has no part in this, so it need not be known.
  const { databaseUrl } = loadConfig({ ...process.env, REDIS_URL: process.env.REDIS_URL || 'redis://127.0.0.1' });
  await checkPostgres('DATABASE_URL', databaseUrl);
  await bringUpToDate(databaseUrl);
  console.log(`${place(databaseUrl, '5432')} is up to date.`);
}

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  try {
    await migrate();
  } catch (error) {
    console.error(explain(error));
    // Not merely an exit code: an attempt to connect may still be under way.
    process.exit(1);
  }
}
