import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams } from '../../http/schema.ts';
import { commentsByUser } from './comments.ts';
import { listLiked, listOfUser, listTop } from './list.ts';
import * as s from './schema.ts';

const tag = 'characters';

/** Characters and comments by the person they belong to. */
export function peopleRoutes(ctx: Ctx) {
  return new Elysia({ name: 'characters.people' })
    .use(guard(ctx))
    .get(
      '/me/characters/liked',
      ({ actor, query }) => listLiked(ctx, actor, { limit: query.limit, skip: (query.page - 1) * query.limit }),
      {
        member: true,
        query: s.NumberedPageQuery,
        response: s.CharacterList,
        detail: doc(tag, 'What one likes and may still see, the last liked first'),
      },
    )
    .get('/users/:id/characters', ({ actor, params, query }) => listOfUser(ctx, actor, params.id, query), {
      visitor: true,
      params: IdParams,
      query: s.CommentsQuery,
      response: s.CharacterList,
      detail: doc(tag, 'A person’s characters; private ones only for oneself'),
    })
    .get('/users/:id/stats/top-characters', ({ params, query }) => listTop(ctx, params.id, query.limit), {
      open: true,
      params: IdParams,
      query: s.TopQuery,
      response: s.CharacterList,
      detail: doc(tag, 'A person’s public characters, the most used first'),
    })
    .get('/users/:id/comments/characters', ({ params, query }) => commentsByUser(ctx, params.id, query), {
      open: true,
      params: IdParams,
      query: s.CommentsQuery,
      response: t.Array(s.CommentWithCharacter),
      detail: doc(tag, 'What a person wrote under public characters'),
    });
}
