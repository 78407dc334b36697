import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams } from '../../http/schema.ts';
import { commentsByUser } from './comments.ts';
import { listLiked, listOfUser } from './list.ts';
import * as s from './schema.ts';

const tag = 'stories';

/** Stories and comments by the person they belong to, and what the home page asks for beside them. */
export function storyPeopleRoutes(ctx: Ctx) {
  return new Elysia({ name: 'stories.people' })
    .use(guard(ctx))
    .get(
      '/me/stories/liked',
      ({ actor, query }) => listLiked(ctx, actor, { limit: query.limit, skip: (query.page - 1) * query.limit }),
      {
        member: true,
        query: s.NumberedPageQuery,
        response: s.StoryItems,
        detail: doc(tag, 'What one likes and may still see, the last liked first'),
      },
    )
    .get('/users/:id/stories', ({ actor, params, query }) => listOfUser(ctx, actor, params.id, query), {
      visitor: true,
      params: IdParams,
      query: s.PageQuery,
      response: s.StoryItems,
      detail: doc(tag, 'A person’s stories; private ones only for oneself'),
    })
    .get('/users/:id/comments/stories', ({ params, query }) => commentsByUser(ctx, params.id, query), {
      open: true,
      params: IdParams,
      query: s.PageQuery,
      response: s.CommentsWithStory,
      detail: doc(tag, 'What a person wrote under public stories'),
    })
    .get('/storydive/sessions/recent', () => [], {
      open: true,
      query: s.SessionsQuery,
      response: t.Array(t.Any()),
      detail: doc(tag, 'Always empty: there are no dives yet'),
    });
}
