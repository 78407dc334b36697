import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { jsonArray } from '../../http/json-stream.ts';
import { IdParams } from '../../http/schema.ts';
import { purchaseChapter, purchasedNos } from './purchase.ts';
import { getChapter, listChapters, viewedChapter } from './read.ts';
import * as s from './schema.ts';
import { createChapter, deleteChapter, updateChapter } from './write.ts';

const tag = 'chapters';
const list = {
  responses: {
    200: { description: 'The chapters', content: { 'application/json': { schema: t.Array(s.Chapter) as object } } },
  },
};

/** Chapters of stories: writing, reading behind the paywall, buying. */
export function chapterRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/chapters', name: 'chapters' })
    .use(guard(ctx))
    .post(
      '',
      async ({ actor, body, set }) => {
        const { view, etag } = await createChapter(ctx, actor, body);
        set.status = 201;
        set.headers.etag = etag;
        return view;
      },
      {
        member: true,
        body: s.CreateBody,
        response: { 201: s.Chapter },
        detail: doc(tag, 'Write a chapter of one’s story', [
          'story.not_found',
          'story.private',
          'story.not_yours',
          'chapter.number_taken',
          'chapter.bad_image_url',
        ]),
      },
    )
    .get(
      '/by-story/:storyId',
      ({ actor, params, query }) => jsonArray(listChapters(ctx, actor, params.storyId, query.order)),
      {
        visitor: true,
        params: s.StoryParams,
        query: s.ListQuery,
        detail: doc(
          tag,
          'All chapters of a story, by number; those that must be bought come without their text',
          ['story.not_found', 'story.private', 'auth.not_authenticated'],
          list,
        ),
      },
    )
    .use(purchaseRoutes(ctx))
    .use(oneChapter(ctx));
}

function oneChapter(ctx: Ctx) {
  return new Elysia({ name: 'chapters.one' })
    .use(guard(ctx))
    .get(
      '/:id',
      async ({ actor, params, set }) => {
        const { view, etag } = await getChapter(ctx, actor, params.id);
        set.headers.etag = etag;
        return view;
      },
      {
        visitor: true,
        params: IdParams,
        response: s.Chapter,
        detail: doc(tag, 'One chapter; counts as read', [
          'chapter.not_found',
          'chapter.locked',
          'story.private',
          'auth.not_authenticated',
        ]),
      },
    )
    .put(
      '/:id',
      async ({ actor, params, body, headers, set }) => {
        const { view, etag } = await updateChapter(ctx, actor, params.id, body, headers['if-match']);
        set.headers.etag = etag;
        return view;
      },
      {
        member: true,
        params: IdParams,
        headers: s.UpdateHeaders,
        body: s.UpdateBody,
        response: s.Chapter,
        detail: doc(tag, 'Change sent fields of one’s chapter; with If-Match only the version one has seen', [
          'chapter.not_found',
          'story.private',
          'story.not_yours',
          'http.changed_meanwhile',
          'chapter.bad_image_url',
        ]),
      },
    )
    .delete(
      '/:id',
      async ({ actor, params, set }) => {
        await deleteChapter(ctx, actor, params.id);
        set.status = 204;
      },
      {
        member: true,
        params: IdParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete one’s chapter', ['chapter.not_found', 'story.private', 'story.not_yours']),
      },
    )
    .post(
      '/:id/view',
      async ({ actor, params, set }) => {
        await viewedChapter(ctx, actor, params.id);
        set.status = 204;
      },
      {
        visitor: true,
        params: IdParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Count one reading', [
          'chapter.not_found',
          'chapter.locked',
          'story.private',
          'auth.not_authenticated',
        ]),
      },
    );
}

function purchaseRoutes(ctx: Ctx) {
  return new Elysia({ name: 'chapters.purchase' })
    .use(guard(ctx))
    .post('/purchase', ({ actor, body }) => purchaseChapter(ctx, actor, body), {
      member: { limit: 'pointUse' },
      body: s.PurchaseBody,
      response: s.Purchased,
      detail: doc(tag, 'Buy a chapter, once; 402 has {code, message, balance} in `detail`', [
        'story.not_found',
        'story.private',
        'chapter.not_found',
        'chapter.too_few_points',
        'points.backlog',
        'points.unsettled',
      ]),
    })
    .get(
      '/purchased/:storyId',
      async ({ actor, params }) => ({ purchased_nos: await purchasedNos(ctx, actor, params.storyId) }),
      {
        member: true,
        params: s.StoryParams,
        response: s.PurchasedNos,
        detail: doc(tag, 'Which chapters of a story one has bought', ['story.not_found', 'story.private']),
      },
    );
}
