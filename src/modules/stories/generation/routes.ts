import { Elysia } from 'elysia';
import type { Ctx } from '../../../context.ts';
import { doc } from '../../../http/doc.ts';
import { guard } from '../../../http/guard.ts';
import { Message } from '../../../http/schema.ts';
import { slowAnswer } from '../../../http/slow.ts';
import { sseResponse } from '../../../http/sse.ts';
import { generateAndWait } from './answer.ts';
import { cancelGeneration, getGeneration, patchGeneration, requireJob } from './control.ts';
import { followGeneration } from './follow.ts';
import * as s from './schema.ts';
import { startGeneration } from './start.ts';

const tag = 'stories';
/** A long story by a real model takes about a minute. */
const PLAIN_SECONDS = 120;
const streams = {
  responses: {
    200: {
      description: 'Events: meta, stage_start, stage_end, preview, episode, then one final or error',
      content: { 'text/event-stream': { schema: { type: 'string' as const } } },
    },
  },
};

/** Seed, Flow 5, step 5: a story that streams onto the page. */
export function generationRoutes(ctx: Ctx) {
  const follow = (request: Request, jobId: string, lastEventId?: string) =>
    sseResponse(request, (signal) => followGeneration(ctx, jobId, lastEventId, signal), { stopping: ctx.stopping });
  return new Elysia({ prefix: '/stories/generate/stream', name: 'generation' })
    .use(guard(ctx))
    .post(
      '',
      async ({ actor, client, body, headers, request }) => {
        const key = headers['idempotency-key'] ?? body.idempotency_key ?? undefined;
        const { jobId } = await startGeneration(ctx, actor, client, body, key);
        return follow(request, jobId);
      },
      {
        visitor: { limit: 'generation', guestLimit: 'generationGuest' },
        body: s.GenerateBody,
        headers: s.GenerateHeaders,
        detail: doc(
          tag,
          'Write a story, streamed as it is written',
          [
            'generation.nothing_to_write',
            'generation.too_many',
            'http.idempotency_in_flight',
            'http.idempotency_mismatch',
          ],
          streams,
        ),
      },
    )
    .get(
      '/:jobId',
      async ({ actor, params, headers, request }) => {
        const { id } = await requireJob(ctx, actor, params.jobId);
        return follow(request, id, headers['last-event-id']);
      },
      {
        visitor: true,
        params: s.JobParams,
        headers: s.ResumeHeaders,
        detail: doc(
          tag,
          'Follow a story from the start or after Last-Event-ID',
          ['generation.not_found', 'auth.not_authenticated'],
          streams,
        ),
      },
    )
    .get('/:jobId/status', ({ actor, params }) => getGeneration(ctx, actor, params.jobId), {
      visitor: true,
      params: s.JobParams,
      response: s.GenJob,
      detail: doc(tag, 'How far a story is', ['generation.not_found', 'auth.not_authenticated']),
    })
    .patch('/:jobId', ({ actor, params, body }) => patchGeneration(ctx, actor, params.jobId, body), {
      visitor: true,
      params: s.JobParams,
      body: s.PatchBody,
      response: s.GenJob,
      detail: doc(tag, 'Change title or visibility while it is written', [
        'generation.not_found',
        'generation.already_ended',
        'auth.forbidden',
        'auth.not_authenticated',
      ]),
    })
    .delete(
      '/:jobId',
      async ({ actor, params }) => {
        await cancelGeneration(ctx, actor, params.jobId);
        return { message: 'cancelled' };
      },
      {
        visitor: true,
        params: s.JobParams,
        response: Message,
        detail: doc(tag, 'Cancel a story', ['generation.not_found', 'auth.not_authenticated']),
      },
    );
}

/** The same without a stream: the answer is the story, once it is written. */
export function plainGenerationRoutes(ctx: Ctx) {
  return new Elysia({ name: 'generation.plain' })
    .use(guard(ctx))
    .post(
      '/stories/generate',
      ({ actor, client, body, headers, request }) =>
        slowAnswer(request, PLAIN_SECONDS, (signal) =>
          generateAndWait(ctx, actor, client, body, { idempotencyKey: headers['idempotency-key'], signal }),
        ),
      {
        member: { limit: 'generation' },
        body: s.PlainBody,
        headers: s.GenerateHeaders,
        response: s.PlainStory,
        detail: doc(tag, 'Write a story and wait for it', [
          'character.not_found',
          'character.private',
          'generation.nothing_to_write',
          'generation.too_many',
          'generation.failed',
          'generation.cancelled',
          'http.timeout',
          'http.idempotency_in_flight',
          'http.idempotency_mismatch',
        ]),
      },
    );
}
