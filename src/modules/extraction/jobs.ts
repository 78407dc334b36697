import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import { auditUnlessOwn } from '../audit/audit.ts';
import { endLiveJob, findJob, findJobOwner, type JobRow } from './job-queries.ts';
import { mirrorJob } from './mirror.ts';
import type { ExtractJobView } from './schema.ts';
import { viewJob } from './view-job.ts';

/** A search, for the story's owner and administrators; for others there is none: `extraction.job_not_found` (404). */
export async function requireJob(ctx: Ctx, actor: Member, jobId: string): Promise<JobRow> {
  return (await requireJobOwner(ctx, actor, jobId)).job;
}

async function requireJobOwner(ctx: Ctx, actor: Member, jobId: string) {
  const found = await findJobOwner(ctx.db.pool, jobId);
  if (!found || !(actor.isAdmin || actor.userId === found.creatorId)) throw fail('extraction.job_not_found');
  return found;
}

export async function getJob(ctx: Ctx, actor: Member, jobId: string, language: Language): Promise<ExtractJobView> {
  return viewJob(await requireJob(ctx, actor, jobId), language);
}

/**
 * Cancels a search for good: the grid stays as it was, and nothing of the search is seen. One that has ended stays as it
 * is. Returns how the job stands now.
 */
export async function cancelJob(ctx: Ctx, actor: Member, jobId: string): Promise<JobRow['status']> {
  const { creatorId } = await requireJobOwner(ctx, actor, jobId);
  const ended = await withTx(ctx.db, async (tx) => {
    const row = await endLiveJob(tx, { id: jobId }, { status: 'cancelled', endedAt: ctx.clock.now() });
    if (row) await auditUnlessOwn(tx, actor, creatorId, { action: 'extraction.cancel', target: jobId });
    return row;
  });
  const job = ended ?? (await findJob(ctx.db.pool, jobId));
  if (!job) throw fail('extraction.job_not_found');
  await mirrorJob(ctx, job);
  return job.status;
}
