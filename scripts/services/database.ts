import { openDatabase } from '../../src/db/client.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { ensureDefaultTags } from '../../src/modules/tags/tags.ts';
import { deepestMessage, StartFailure } from './failure.ts';

/**
 * Brings a database to this version: its tables, then the tags that every installation has, production too. Throws
 * `StartFailure`.
 */
export async function bringUpToDate(url: string): Promise<void> {
  try {
    await migrateDatabase(url);
    const db = openDatabase(url, 1);
    try {
      await ensureDefaultTags({ db, clock: systemClock });
    } finally {
      await db.close();
    }
  } catch (error) {
    throw new StartFailure(`The database could not be brought up to date: ${deepestMessage(error)}.`);
  }
}
