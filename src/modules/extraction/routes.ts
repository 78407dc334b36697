import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams } from '../../http/schema.ts';
import { slowAnswer } from '../../http/slow.ts';
import { sseResponse } from '../../http/sse.ts';
import { followJob } from './follow.ts';
import { getGrid } from './grid.ts';
import { cancelJob, getJob, requireJob } from './jobs.ts';
import { rebuildPerson } from './rebuild-person.ts';
import { removeGrid } from './remove-grid.ts';
import * as s from './schema.ts';
import { startExtraction } from './start.ts';
import { rebuildAndWait, WAIT_SECONDS } from './wait.ts';

const tag = 'stories';
/** Behind the service's own deadline, whose answer tells the job. */
const REBUILD_SECONDS = WAIT_SECONDS + 10;
const PERSON_SECONDS = 90;
const streams = {
  responses: {
    200: {
      description: 'Events: progress, then one final or error',
      content: { 'text/event-stream': { schema: { type: 'string' as const } } },
    },
  },
};

/** Seed, Flow 5, step 6: the persons of a story. */
export function extractionRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/stories', name: 'extraction' })
    .use(jobRoutes(ctx))
    .use(gridRoutes(ctx))
    .use(rebuildRoutes(ctx));
}

function jobRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/extracted-characters/jobs', name: 'extraction.jobs' })
    .use(guard(ctx))
    .get('/:jobId', ({ actor, client, params }) => getJob(ctx, actor, params.jobId, client.language), {
      member: true,
      params: s.JobParams,
      response: s.ExtractJob,
      detail: doc(tag, 'How far a search for persons is', ['extraction.job_not_found']),
    })
    .get(
      '/:jobId/events',
      async ({ actor, client, params, headers, request }) => {
        const { id } = await requireJob(ctx, actor, params.jobId);
        const options = { lastEventId: headers['last-event-id'], language: client.language };
        return sseResponse(request, (signal) => followJob(ctx, id, { ...options, signal }), { stopping: ctx.stopping });
      },
      {
        member: true,
        params: s.JobParams,
        headers: s.ResumeHeaders,
        detail: doc(tag, 'Follow a search for persons', ['extraction.job_not_found'], streams),
      },
    )
    .post(
      '/:jobId/cancel',
      async ({ actor, params }) => ({ message: await cancelJob(ctx, actor, params.jobId), summary: null }),
      {
        member: true,
        params: s.JobParams,
        response: s.Cancelled,
        detail: doc(tag, 'Cancel a search for persons; the grid stays as it was', ['extraction.job_not_found']),
      },
    );
}

function gridRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/:id/extracted-characters', name: 'extraction.grid' })
    .use(guard(ctx))
    .get('', ({ actor, params }) => getGrid(ctx, actor, params.id), {
      visitor: true,
      params: IdParams,
      response: s.Grid,
      detail: doc(tag, 'The persons of a story', ['story.not_found', 'story.private', 'auth.not_authenticated']),
    })
    .delete(
      '',
      async ({ actor, params }) => ({ deleted: true as const, summary: await removeGrid(ctx, actor, params.id) }),
      {
        member: true,
        params: IdParams,
        response: s.Deleted,
        detail: doc(tag, 'Delete the persons of a story with all that belongs to them', [
          'story.not_found',
          'story.private',
          'story.not_yours',
        ]),
      },
    );
}

/** Literal paths come before the one with a person's id. */
function rebuildRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/:id/extracted-characters', name: 'extraction.rebuild' })
    .use(guard(ctx))
    .post(
      '/rebuild',
      ({ actor, params, request }) =>
        slowAnswer(request, REBUILD_SECONDS, (signal) => rebuildAndWait(ctx, actor, params.id, signal)),
      {
        member: { limit: 'extraction' },
        params: IdParams,
        response: s.Rebuilt,
        detail: doc(tag, 'Search a story for its persons and wait for them', [
          'story.not_found',
          'story.private',
          'story.not_yours',
          'extraction.nobody_found',
          'extraction.failed',
          'extraction.broken',
          'extraction.abandoned',
          'extraction.cancelled',
          'extraction.no_worker',
          'extraction.still_running',
        ]),
      },
    )
    .post(
      '/rebuild-async',
      async ({ actor, params }) => {
        const job = await startExtraction(ctx, actor, params.id);
        return { job_id: job.id, status: job.status === 'running' ? ('running' as const) : ('queued' as const) };
      },
      {
        member: { limit: 'extraction' },
        params: IdParams,
        response: s.Queued,
        detail: doc(tag, 'Search a story for its persons, or join the search that runs', [
          'story.not_found',
          'story.private',
          'story.not_yours',
        ]),
      },
    )
    .post(
      '/:extractedId/rebuild',
      ({ actor, params, request }) =>
        slowAnswer(request, PERSON_SECONDS, async (signal) => ({
          item: await rebuildPerson(ctx, actor, params.id, params.extractedId, signal),
        })),
      {
        member: { limit: 'extraction' },
        params: s.PersonParams,
        response: s.RebuiltPerson,
        detail: doc(tag, 'Draw one person of a story anew', [
          'story.not_found',
          'story.private',
          'story.not_yours',
          'extraction.person_not_found',
          'character.not_found',
          'character.not_yours',
          'http.timeout',
        ]),
      },
    );
}
