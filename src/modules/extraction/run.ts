import type { Ctx } from '../../context.ts';
import { isDatabaseDown, isTransient } from '../../db/tx.ts';
import { AppError } from '../../lib/errors.ts';
import { undrawnCharacters } from '../characters/derived.ts';
import { findPersons } from './find-persons.ts';
import { findGrid } from './grid-queries.ts';
import { claimJob } from './job-queries.ts';
import { mirrorJob } from './mirror.ts';
import { drawPersons } from './portraits.ts';
import { openFence, type RunFence } from './run-fence.ts';
import { findStoryToSearch } from './story-queries.ts';
import { personsKept, swapGrid } from './swap.ts';

/** A job that was taken up so often brings its worker down each time. */
const MAX_RUNS = 10;

/**
 * The queue's task: takes a search up where it was left and brings it to its end. Nothing of it is seen before the swap,
 * which is one transaction. Whatever happens to the process, another run goes on from the last window; a run that lost
 * its job to another, or to a cancel, writes nothing. Throws only what another try may mend.
 */
export async function extractCharacters(ctx: Ctx, { jobId }: { jobId: string }): Promise<void> {
  const job = await claimJob(ctx.db.pool, jobId, ctx.clock.now());
  if (!job) return;
  const run = openFence(ctx, job);
  try {
    await mirrorJob(ctx, job);
    if (job.epoch > MAX_RUNS) return await run.end({ status: 'error', errorCode: 'extraction.abandoned' });
    const story = await findStoryToSearch(ctx.db.pool, job.storyId);
    if (!story) return await run.end({ status: 'cancelled' });
    const persons = await findPersons(ctx, story, job, run);
    if (persons.length === 0) return await run.end({ status: 'error', errorCode: 'extraction.nobody_found' });
    const kept = personsKept(persons, await findGrid(ctx.db.pool, story.id));
    const undrawn = await undrawnCharacters(
      ctx,
      [...kept.values()].flatMap(({ characterId }) => characterId ?? []),
    );
    const fresh = persons.filter((person) => {
      const characterId = kept.get(person)?.characterId;
      return !characterId || undrawn.has(characterId);
    });
    const portraits = await drawPersons(ctx, story, fresh, run.signal);
    await run.save({});
    const cast = persons.map((person) => ({ ...person, portrait: portraits[fresh.indexOf(person)] ?? {} }));
    const ended = await swapGrid(ctx, story, cast, run.fence);
    if (ended) await mirrorJob(ctx, ended);
  } catch (error) {
    await fail(ctx, run, error);
  } finally {
    run.close();
  }
}

async function fail(ctx: Ctx, run: RunFence, error: unknown): Promise<void> {
  // Lost to another run, this does nothing; lost because the story was deleted, it ends the job.
  if (run.lost || (error instanceof AppError && error.code === 'story.not_found'))
    return await run.end({ status: 'cancelled' });
  if (ctx.stopping.aborted || isDatabaseDown(error) || isTransient(error)) throw error;
  const known = error instanceof AppError && error.code.startsWith('llm.');
  ctx.log.warn('search for persons failed', { job_id: run.fence.id, error });
  await run.end({ status: 'error', errorCode: known ? 'extraction.failed' : 'extraction.broken' });
}
