import { sql } from 'drizzle-orm';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { mailTokens } from '../../src/db/tables/auth.ts';
import { withTx } from '../../src/db/tx.ts';
import { addSeconds } from '../../src/lib/clock.ts';
import { newId } from '../../src/lib/ids.ts';
import { enqueue } from '../../src/queue/enqueue.ts';
import { createStores, type Stores } from '../harness/stores.ts';

export type QueuedJob = {
  id: string;
  task: string;
  attempts: number;
  max_attempts: number;
  locked_by: string | null;
  last_error: string | null;
};

/** Stores, and what a test does to them from outside of the worker. */
export type Bench = {
  stores: Stores;
  db: Database;
  /** Commits a verification link and its mail job; returns the link's id. */
  requestVerification(email?: string): Promise<string>;
  jobs(): Promise<QueuedJob[]>;
  close(): Promise<void>;
};

export async function createBench(): Promise<Bench> {
  const stores = await createStores();
  const db = openDatabase(stores.databaseUrl, 2);
  return {
    stores,
    db,
    async requestVerification(email = 'mina@example.com') {
      const id = newId();
      const now = new Date();
      await withTx(db, async (tx) => {
        await tx
          .insert(mailTokens)
          .values({ id, purpose: 'verify', email, createdAt: now, expiresAt: addSeconds(now, 3_600) });
        await enqueue(tx, 'mail.verify', { tokenId: id, language: 'en' });
      });
      return id;
    },
    async jobs() {
      const rows = await db.pool.execute<QueuedJob>(sql`
        select id::text, task_identifier as task, attempts, max_attempts, locked_by, last_error from graphile_worker.jobs order by id`);
      return [...rows];
    },
    async close() {
      await db.close();
      await stores.drop();
    },
  };
}
