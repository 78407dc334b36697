import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, Message } from '../../http/schema.ts';
import { say } from '../../lib/messages.ts';
import { deleteStory, updateStory } from './change.ts';
import { createStory } from './create.ts';
import { getStory, getWritten } from './detail.ts';
import { listMine, listStories } from './list.ts';
import * as s from './schema.ts';
import { socialRoutes } from './social-routes.ts';
import { listSlots } from './storydive.ts';
import * as w from './write-schema.ts';

const tag = 'stories';

/** Stories: lists, pages, their writers, and all that hangs on one story. */
export function storyRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/stories', name: 'stories' })
    .use(guard(ctx))
    .get('', ({ query }) => listStories(ctx, query), {
      open: true,
      query: s.ListQuery,
      response: s.StoryList,
      detail: doc(tag, 'Public stories: search, tags, genre, sort, filters'),
    })
    .get('/my', ({ actor, query }) => listMine(ctx, actor, query), {
      member: true,
      query: s.MyQuery,
      response: s.StoryList,
      detail: doc(tag, 'One’s own stories, newest first'),
    })
    .get('/storydive/slots', ({ query }) => listSlots(ctx, query), {
      open: true,
      query: s.SlotsQuery,
      response: s.Slots,
      detail: doc(tag, 'Stories that wait to be played'),
    })
    .post(
      '',
      async ({ actor, body, set }) => {
        const { view, etag } = await getWritten(ctx, actor, await createStory(ctx, actor, w.draftOfNew(body)));
        set.headers.etag = etag;
        return view;
      },
      {
        member: true,
        body: w.CreateBody,
        response: s.Story,
        detail: doc(tag, 'Create a story', ['story.bad_cover_url', 'character.not_found', 'character.private']),
      },
    )
    .use(oneStoryRoutes(ctx))
    .use(socialRoutes(ctx));
}

function oneStoryRoutes(ctx: Ctx) {
  return new Elysia({ name: 'stories.one' })
    .use(guard(ctx))
    .get(
      '/:id',
      async ({ actor, params, set }) => {
        const { view, etag } = await getStory(ctx, actor, params.id);
        set.headers.etag = etag;
        return view;
      },
      {
        visitor: true,
        params: IdParams,
        response: s.StoryDetail,
        detail: doc(tag, 'One story; a private one for its owner and administrators', [
          'story.not_found',
          'story.private',
          'auth.not_authenticated',
        ]),
      },
    )
    .put(
      '/:id',
      async ({ actor, params, body, headers, set }) => {
        await updateStory(ctx, actor, params.id, w.draftOfEdit(body), headers['if-match']);
        const { view, etag } = await getWritten(ctx, actor, params.id);
        set.headers.etag = etag;
        return view;
      },
      {
        member: true,
        params: IdParams,
        body: w.UpdateBody,
        headers: w.UpdateHeaders,
        response: s.Story,
        detail: doc(tag, 'Change sent fields; with If-Match only what one has seen', [
          'story.not_found',
          'story.not_yours',
          'story.only_visibility',
          'story.bad_cover_url',
          'http.changed_meanwhile',
        ]),
      },
    )
    .delete(
      '/:id',
      async ({ actor, params, client }) => {
        await deleteStory(ctx, actor, params.id);
        return say('story.deleted', client.language);
      },
      {
        member: true,
        params: IdParams,
        response: Message,
        detail: doc(tag, 'Delete one’s story with all that belongs to it', ['story.not_found', 'story.not_yours']),
      },
    );
}
