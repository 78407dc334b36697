import { and, eq, inArray, isNotNull, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../../db/client.ts';
import { adminAudit } from '../../db/tables/admin-audit.ts';
import { mailTokens, refreshTokens, sessions } from '../../db/tables/auth.ts';
import { extractionJobs } from '../../db/tables/extraction.ts';
import { generationJobs } from '../../db/tables/generation.ts';
import { outboxMails } from '../../db/tables/mail.ts';
import { turns } from '../../db/tables/turns.ts';
import { viewBatches } from '../../db/tables/views.ts';

/** Deletes at most `limit` rows and says how many it were. */
export type Sweep = (db: Db, before: Date, limit: number) => Promise<number>;

/** Rows that another worker sweeps at the moment are left to it. */
async function deleteSome(
  db: Db,
  table: PgTable & { id: PgColumn },
  condition: SQL | undefined,
  limit: number,
): Promise<number> {
  const doomed = db
    .select({ id: table.id })
    .from(table)
    .where(condition)
    .limit(limit)
    .for('update', { skipLocked: true });
  const gone = await db.delete(table).where(inArray(table.id, doomed)).returning({ id: table.id });
  return gone.length;
}

export const endedGenerations: Sweep = (db, before, limit) =>
  deleteSome(db, generationJobs, and(isNotNull(generationJobs.endedAt), lt(generationJobs.endedAt, before)), limit);

export const endedExtractions: Sweep = (db, before, limit) =>
  deleteSome(db, extractionJobs, and(isNotNull(extractionJobs.endedAt), lt(extractionJobs.endedAt, before)), limit);

export const expiredMailTokens: Sweep = (db, before, limit) =>
  deleteSome(db, mailTokens, lt(mailTokens.expiresAt, before), limit);

/** Their refresh tokens go with them. */
export const deadSessions: Sweep = (db, before, limit) =>
  deleteSome(db, sessions, or(lt(sessions.expiresAt, before), lt(sessions.revokedAt, before)), limit);

/** Of sessions that live on: a refresh token that has expired is refused by its signature alone. */
export const expiredRefreshTokens: Sweep = (db, before, limit) =>
  deleteSome(db, refreshTokens, lt(refreshTokens.expiresAt, before), limit);

export const oldOutboxMails: Sweep = (db, before, limit) =>
  deleteSome(db, outboxMails, lt(outboxMails.createdAt, before), limit);

/** A failed turn only tells its error to who still follows it; its messages are gone already. */
export const failedTurns: Sweep = (db, before, limit) =>
  deleteSome(db, turns, and(eq(turns.status, 'failed'), lt(turns.endedAt, before)), limit);

/** Redis may show a batch again only after a restore of old data. */
export const appliedViewBatches: Sweep = (db, before, limit) =>
  deleteSome(db, viewBatches, lt(viewBatches.appliedAt, before), limit);
/** What administrators only looked at; what they did is kept. */
export const oldAuditedReads: Sweep = (db, before, limit) =>
  deleteSome(db, adminAudit, and(like(adminAudit.route, 'GET %'), lt(adminAudit.createdAt, before)), limit);

/** Jobs whose tries are used up; they stay for a while as evidence, but their payloads name people. */
export const deadJobs: Sweep = async (db, before, limit) => {
  const rows = await db.execute(sql`
    select id from graphile_worker.complete_jobs(array(
      select id from graphile_worker.jobs
      where attempts >= max_attempts and locked_at is null and updated_at < ${before.toISOString()}::timestamptz
      limit ${limit}
    ))`);
  return rows.length;
};
