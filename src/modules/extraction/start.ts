import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { keepStory, loadVisibleStory, requireStoryOwner } from '../stories/access.ts';
import { findActiveJob, insertJob, type JobRow } from './job-queries.ts';
import { mirrorJob } from './mirror.ts';

/** An active job may end between our two looks; then there is room for ours. */
const TRIES = 5;
/** A long story is searched for minutes: so many at a time leave room for what is quick, mails before all. */
const LANES = 2;

/**
 * Begins to search one's story for its persons, or joins the search that runs: a story has one at a time, and its row is
 * there before anybody hears of it. Throws `story.not_found` (404), `story.private` and `story.not_yours` (403).
 */
export async function startExtraction(ctx: Ctx, actor: Member, storyId: string): Promise<JobRow> {
  requireStoryOwner(actor, await loadVisibleStory(ctx, actor, storyId));
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { job, made } = await insertOrFind(ctx, storyId);
    if (made) await mirrorJob(ctx, made);
    const active = made ?? job;
    if (active) return active;
  }
  throw fail('http.unavailable', { retryAfterSeconds: 1 });
}

function insertOrFind(ctx: Ctx, storyId: string): Promise<{ made?: JobRow; job?: JobRow }> {
  const now = ctx.clock.now();
  return withTx(ctx.db, async (tx) => {
    if (!(await keepStory(tx, storyId))) throw fail('story.not_found');
    const made = await insertJob(tx, {
      id: newId(),
      storyId,
      status: 'queued',
      stage: 'starting',
      createdAt: now,
      heartbeatAt: now,
    });
    if (!made) return { job: await findActiveJob(tx, storyId) };
    const lane = `extraction:${Number.parseInt(made.id.slice(-4), 16) % LANES}`;
    await enqueue(tx, 'extract_characters', { jobId: made.id }, { jobKey: `extract:${made.id}`, lane });
    return { made };
  });
}
