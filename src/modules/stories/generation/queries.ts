import { and, count, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../../../db/client.ts';
import { type FinalStory, generationJobs } from '../../../db/tables/generation.ts';
import type { Tx } from '../../../db/tx.ts';

export type JobRow = typeof generationJobs.$inferSelect;
export type LiveStatus = 'queued' | 'running';
export type EndStatus = 'done' | 'error' | 'cancelled';

const live: LiveStatus[] = ['queued', 'running'];
const isLive = inArray(generationJobs.status, live);

/** Lets one owner's starts come one after the other, until the transaction ends. */
export async function lockOwner(tx: Tx, ownerKey: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ownerKey}, 0))`);
}

export async function findByIdempotencyKey(db: Db, ownerKey: string, key: string): Promise<JobRow | undefined> {
  const rows = await db
    .select()
    .from(generationJobs)
    .where(and(eq(generationJobs.ownerKey, ownerKey), eq(generationJobs.idempotencyKey, key)));
  return rows[0];
}

export async function countLive(db: Db, ownerKey: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(generationJobs)
    .where(and(eq(generationJobs.ownerKey, ownerKey), isLive));
  return row?.n ?? 0;
}

export async function insertJob(tx: Tx, row: typeof generationJobs.$inferInsert): Promise<void> {
  await tx.insert(generationJobs).values(row);
}

export async function findJob(db: Db, id: string): Promise<JobRow | undefined> {
  return (await db.select().from(generationJobs).where(eq(generationJobs.id, id)))[0];
}

/** The growing part of a running job. Returns false when the job has ended: its writer must stop. */
export async function saveProgress(
  db: Db,
  id: string,
  progress: { stage: string; title: string; content: string; eventCount: number; heartbeatAt: Date },
): Promise<boolean> {
  const rows = await db
    .update(generationJobs)
    .set({ status: 'running', ...progress })
    .where(and(eq(generationJobs.id, id), isLive))
    .returning({ id: generationJobs.id });
  return rows.length === 1;
}

/** Ends a job, unless it has ended already; terminal states never change again. Returns the row as it ended. */
export async function endJob(
  db: Db,
  id: string,
  end: {
    status: EndStatus;
    endedAt: Date;
    errorMessage?: string;
    finalResult?: FinalStory;
    content?: string;
    eventCount?: number;
    title?: string;
    stage?: string;
  },
): Promise<JobRow | undefined> {
  const rows = await db
    .update(generationJobs)
    .set(end)
    .where(and(eq(generationJobs.id, id), isLive))
    .returning();
  return rows[0];
}

/** Changes what an owner may change while the job runs; undefined when it has ended. */
export async function patchLiveJob(
  db: Db,
  id: string,
  patch: { chosenTitle?: string; isPublic?: boolean },
): Promise<JobRow | undefined> {
  const rows = await db
    .update(generationJobs)
    // An empty patch is a read; SQL wants at least one column.
    .set({ id, ...patch })
    .where(and(eq(generationJobs.id, id), isLive))
    .returning();
  return rows[0];
}
