import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams } from '../../http/schema.ts';
import { slowAnswer } from '../../http/slow.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { getContextPack, getContextStatus, getRecap, getSceneExcerpt } from './context.ts';
import * as s from './context-schema.ts';
import { getStartOptions } from './start-options.ts';

const tag = 'origchat';
const OPTIONS_SECONDS = 20;
const fails: ErrorCode[] = ['story.not_found', 'story.private'];

/** What pages ask of a story before it is played: nothing beyond the chapter they name, nothing unpaid. */
export function storyContextRoutes(ctx: Ctx) {
  const of = { visitor: true as const, params: IdParams };
  return new Elysia({ prefix: '/stories', name: 'story-context' })
    .use(guard(ctx))
    .get('/:id/context-pack', ({ actor, params, query }) => getContextPack(ctx, actor, params.id, query), {
      ...of,
      query: s.PackQuery,
      response: s.Pack,
      detail: doc(tag, 'A story as its reader knows it at a chapter', fails),
    })
    .get(
      '/:id/start-options',
      ({ actor, params, query, request }) =>
        slowAnswer(request, OPTIONS_SECONDS, (signal) => getStartOptions(ctx, actor, params.id, query, signal)),
      {
        ...of,
        query: s.OptionsQuery,
        response: s.Options,
        detail: doc(tag, 'Where one may step into a story', fails),
      },
    )
    .get('/:id/context-status', ({ actor, params }) => getContextStatus(ctx, actor, params.id), {
      ...of,
      response: s.Warmth,
      detail: doc(tag, 'What is known of a story by now', fails),
    })
    .get('/:id/recap', ({ actor, params, query }) => getRecap(ctx, actor, params.id, query.anchor), {
      ...of,
      query: s.RecapQuery,
      response: s.Recap,
      detail: doc(tag, 'What happened before a chapter', fails),
    })
    .get('/:id/scene-excerpt', ({ actor, params, query }) => getSceneExcerpt(ctx, actor, params.id, query), {
      ...of,
      query: s.ExcerptQuery,
      response: s.Excerpt,
      detail: doc(tag, 'A scene of a chapter', fails),
    });
}
