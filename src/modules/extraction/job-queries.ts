import { and, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { extractionJobs } from '../../db/tables/extraction.ts';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

/** A job without its checkpoint, which only the run that goes on from it reads. */
export type JobRow = Omit<typeof extractionJobs.$inferSelect, 'candidates'>;
export type ClaimedJob = typeof extractionJobs.$inferSelect;
/** The run that may write: the job, and which taking up of it. */
export type Fence = Pick<JobRow, 'id' | 'epoch'>;
export type Progress = Partial<
  Pick<ClaimedJob, 'stage' | 'totalWindows' | 'processedWindows' | 'candidates' | 'lastError'>
>;
export type End = { status: 'done' | 'error' | 'cancelled'; endedAt: Date; created?: number; errorCode?: string };

const { candidates: _checkpoint, ...columns } = getTableColumns(extractionJobs);
const isLive = inArray(extractionJobs.status, ['queued', 'running']);
const fenced = ({ id, epoch }: Fence) =>
  and(eq(extractionJobs.id, id), eq(extractionJobs.epoch, epoch), eq(extractionJobs.status, 'running'));
const storyLives = sql`exists (select 1 from ${stories} where ${stories.id} = ${extractionJobs.storyId} and ${stories.deletedAt} is null)`;

/** A new job, unless the story has an active one. */
export async function insertJob(tx: Tx, row: typeof extractionJobs.$inferInsert): Promise<JobRow | undefined> {
  return (await tx.insert(extractionJobs).values(row).onConflictDoNothing().returning(columns))[0];
}

export async function findActiveJob(db: Db, storyId: string): Promise<JobRow | undefined> {
  return (
    await db
      .select(columns)
      .from(extractionJobs)
      .where(and(eq(extractionJobs.storyId, storyId), isLive))
  )[0];
}

export async function findJob(db: Db, id: string): Promise<JobRow | undefined> {
  return (await db.select(columns).from(extractionJobs).where(eq(extractionJobs.id, id)))[0];
}

/** The last job of a story, whatever became of it. */
export async function findNewestJob(db: Db, storyId: string): Promise<JobRow | undefined> {
  return (
    await db
      .select(columns)
      .from(extractionJobs)
      .where(eq(extractionJobs.storyId, storyId))
      .orderBy(desc(extractionJobs.createdAt), desc(extractionJobs.id))
      .limit(1)
  )[0];
}

/** Whose story it is about. A deleted story still has its owner. */
export async function findJobOwner(db: Db, id: string): Promise<{ job: JobRow; creatorId: string } | undefined> {
  return (
    await db
      .select({ job: columns, creatorId: stories.creatorId })
      .from(extractionJobs)
      .innerJoin(stories, eq(stories.id, extractionJobs.storyId))
      .where(eq(extractionJobs.id, id))
  )[0];
}

/** Takes a job up: from now on only this run may write. Undefined when it has ended. */
export async function claimJob(db: Db, id: string, now: Date): Promise<ClaimedJob | undefined> {
  return (
    await db
      .update(extractionJobs)
      .set({ status: 'running', epoch: sql`${extractionJobs.epoch} + 1`, heartbeatAt: now })
      .where(and(eq(extractionJobs.id, id), isLive))
      .returning()
  )[0];
}

/** Writes how far a run is, which is its sign of life, too. Undefined when the job is no longer this run's. */
export async function saveProgress(db: Db, fence: Fence, progress: Progress, now: Date): Promise<JobRow | undefined> {
  return (
    await db
      .update(extractionJobs)
      .set({ ...progress, heartbeatAt: now })
      .where(and(fenced(fence), storyLives))
      .returning(columns)
  )[0];
}

/** Ends a run's job; undefined when it is no longer this run's. */
export async function endRun(db: Db, fence: Fence, end: End): Promise<JobRow | undefined> {
  return (await db.update(extractionJobs).set(columnsOf(end)).where(fenced(fence)).returning(columns))[0];
}

/** Ends a job from outside; undefined when it has ended. What was found so far goes. */
export async function endLiveJob(db: Db, where: { id: string } | { storyId: string }, end: End) {
  const which = 'id' in where ? eq(extractionJobs.id, where.id) : eq(extractionJobs.storyId, where.storyId);
  return (await db.update(extractionJobs).set(columnsOf(end)).where(and(which, isLive)).returning(columns))[0];
}

function columnsOf(end: End) {
  const stage = end.status === 'error' ? {} : { stage: end.status };
  return { ...end, ...stage, candidates: [] };
}

const REAP_AT_ONCE = 100;

/**
 * Ends jobs that gave no sign of life since `silentSince` and that the queue will not run again, and begun ones that are
 * silent since `hopelessSince` whatever the queue says.
 */
export async function endSilentJobs(
  db: Db,
  { silentSince, hopelessSince, end }: { silentSince: Date; hopelessSince: Date; end: End },
): Promise<JobRow[]> {
  const forgotten = sql`not exists (
    select 1 from graphile_worker.jobs j
    where j.key = 'extract:' || ${extractionJobs.id} and (j.attempts < j.max_attempts or j.locked_at is not null))`;
  const silent = sql`${extractionJobs.heartbeatAt} < ${silentSince.toISOString()}::timestamptz
    and ((${extractionJobs.status} = 'running' and ${extractionJobs.heartbeatAt} < ${hopelessSince.toISOString()}::timestamptz) or ${forgotten})`;
  const doomed = db
    .select({ id: extractionJobs.id })
    .from(extractionJobs)
    .where(and(isLive, silent))
    .limit(REAP_AT_ONCE)
    .for('update', { skipLocked: true });
  return db
    .update(extractionJobs)
    .set(columnsOf(end))
    .where(and(inArray(extractionJobs.id, doomed), isLive))
    .returning(columns);
}
