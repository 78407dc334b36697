import type { Ctx } from '../../../context.ts';
import { withTx } from '../../../db/tx.ts';
import type { Actor } from '../../../lib/actor.ts';
import { fail } from '../../../lib/errors.ts';
import { isRedisDown } from '../../../redis/client.ts';
import { keys, ttlSeconds } from '../../../redis/keys.ts';
import { appendEvents, formatPosition, OUTSIDE_END_SEQUENCE } from '../../../redis/stream.ts';
import { auditUnlessOwn } from '../../audit/audit.ts';
import { PREVIEW_AT_CHARS } from './plan.ts';
import { endJob, findJob, type JobRow, patchLiveJob } from './queries.ts';
import type { GenJobView } from './schema.ts';

/** The message of a cancelled job's terminal event; the front end compares it. */
const CANCELLED = 'cancelled';

/**
 * The job, if the caller may see it: a member's job is that member's and the admins', a guest's job is whose who knows its
 * id. Others meet the same 404 as for no job; a stale token gets 401, so that the client renews it and asks again.
 */
export async function requireJob(ctx: Ctx, actor: Actor, jobId: string): Promise<JobRow> {
  const row = await findJob(ctx.db.pool, jobId);
  if (row && (row.userId === null || (actor.kind === 'member' && (actor.userId === row.userId || actor.isAdmin))))
    return row;
  if (row && actor.kind === 'guest' && actor.staleToken) throw fail('auth.not_authenticated');
  throw fail('generation.not_found');
}

function viewJob(row: JobRow): GenJobView {
  return {
    status: row.status,
    stage: row.stage,
    content_so_far: row.content,
    preview_sent: row.content.length >= PREVIEW_AT_CHARS,
    title: row.chosenTitle ?? row.title,
    is_public: row.isPublic,
    final_result: row.finalResult,
    error_message: row.errorMessage,
    cancelled: row.status === 'cancelled',
  };
}

export async function getGeneration(ctx: Ctx, actor: Actor, jobId: string): Promise<GenJobView> {
  return viewJob(await requireJob(ctx, actor, jobId));
}

/** Cancels for good. A job that has ended stays as it is, and that is no error: the client only wants it to be over. */
export async function cancelGeneration(ctx: Ctx, actor: Actor, jobId: string): Promise<void> {
  const { userId } = await requireJob(ctx, actor, jobId);
  const end = { status: 'cancelled', endedAt: ctx.clock.now(), errorMessage: CANCELLED } as const;
  const row = await withTx(ctx.db, async (tx) => {
    const ended = await endJob(tx, jobId, end);
    if (ended && userId !== null && actor.kind === 'member')
      await auditUnlessOwn(tx, actor, userId, { action: 'generation.cancel', target: jobId });
    return ended;
  });
  if (row) await announceEnd(ctx, row, CANCELLED);
}

/** Owner only: title and visibility, while the story is being written. Throws `generation.already_ended` (409). */
export async function patchGeneration(
  ctx: Ctx,
  actor: Actor,
  jobId: string,
  patch: { title?: string | null; is_public?: boolean | null },
): Promise<GenJobView> {
  const row = await requireJob(ctx, actor, jobId);
  if (row.userId !== null && !(actor.kind === 'member' && actor.userId === row.userId)) throw fail('auth.forbidden');
  const patched = await patchLiveJob(ctx.db.pool, jobId, {
    chosenTitle: patch.title ?? undefined,
    isPublic: patch.is_public ?? undefined,
  });
  if (!patched) throw fail('generation.already_ended');
  return viewJob(patched);
}

/** Tells readers and the writer of an end that came from outside. Without Redis both find it in the row. */
export async function announceEnd(ctx: Ctx, row: Pick<JobRow, 'id' | 'content'>, message: string): Promise<void> {
  const id = formatPosition({ sequence: OUTSIDE_END_SEQUENCE, offset: row.content.length });
  const event = { id, event: 'error', data: JSON.stringify({ message }) };
  try {
    await appendEvents(ctx.redis.commands, keys.generationEvents(row.id), ttlSeconds.generationEvents, [event], true);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
