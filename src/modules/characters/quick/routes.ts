import { Elysia } from 'elysia';
import type { Ctx } from '../../../context.ts';
import { doc } from '../../../http/doc.ts';
import { guard } from '../../../http/guard.ts';
import { toAppError } from '../../../http/problem.ts';
import { slowAnswer } from '../../../http/slow.ts';
import { sseResponse } from '../../../http/sse.ts';
import { CharacterDetail } from '../schema.ts';
import { quickCreate } from './create.ts';
import { openFeed } from './feed.ts';
import { QuickCreateBody } from './schema.ts';

/** The product's promise, and the route's deadline. */
const BUDGET_SECONDS = 30;

/** Seed, Flow 2: a character in thirty seconds. */
export function quickCreateRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/characters', name: 'characters.quick-create' }).use(guard(ctx)).post(
    '/quick-create-30s',
    async ({ actor, client, body, request, set }) => {
      const feed = openFeed(client.language);
      const { tell } = feed;
      const running = slowAnswer(request, BUDGET_SECONDS, async (signal) =>
        quickCreate(ctx, actor, client.language, body, { signal, tell }),
      );
      if (!wantsEvents(request)) {
        set.status = 201;
        return await running;
      }
      // What is known before the first stage is a status, as without a stream.
      await feed.begun(running);
      const explain = (error: unknown) => {
        const problem = toAppError(error);
        if (problem.status >= 500) ctx.log.error('quick create failed', { code: problem.code, error });
        return problem.text(client.language);
      };
      return sseResponse(request, (signal) => feed.events(running, explain, signal), { stopping: ctx.stopping });
    },
    {
      member: { limit: 'quickCreate' },
      body: QuickCreateBody,
      response: { 201: CharacterDetail },
      detail: doc(
        'characters',
        'A whole character in thirty seconds: one opening, two endings, tags; with Accept: text/event-stream its stages are streamed',
        [
          'quick_create.image_url_required',
          'quick_create.audience_slug_required',
          'quick_create.style_slug_required',
          'quick_create.name_required',
          'quick_create.one_line_intro_required',
          'quick_create.unknown_audience',
          'quick_create.unknown_style',
          'quick_create.bad_image_url',
          'quick_create.in_flight',
          'quick_create.failed',
          'quick_create.timeout',
          'http.idempotency_mismatch',
          'http.timeout',
          'tag.reserved',
        ],
      ),
    },
  );
}

function wantsEvents(request: Request): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(request.headers.get('accept') ?? '');
}
