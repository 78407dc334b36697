import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import * as s from './schema.ts';
import { createTag, deleteTag, listTags, listUsedTags } from './tags.ts';

const tag = 'tags';

/** Tags that characters and stories carry; only administrators make and delete them by themselves. */
export function tagRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/tags', name: 'tags' })
    .use(guard(ctx))
    .get('', () => listTags(ctx), { open: true, response: s.Tags, detail: doc(tag, 'All tags, by name') })
    .get('/used', ({ query }) => listUsedTags(ctx, query.limit), {
      open: true,
      query: s.UsedQuery,
      response: s.Tags,
      detail: doc(tag, 'Tags of public characters, the most used first'),
    })
    .post(
      '',
      ({ body, set }) => {
        set.status = 201;
        return createTag(ctx, body);
      },
      {
        admin: true,
        body: s.TagBody,
        response: { 201: s.Tag },
        detail: doc(tag, 'Make a tag', ['tag.slug_taken', 'tag.reserved']),
      },
    )
    .delete(
      '/:id',
      async ({ params, set }) => {
        await deleteTag(ctx, params.id);
        set.status = 204;
      },
      {
        admin: true,
        params: s.TagParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete a tag that nothing uses', [
          'tag.bad_id',
          'tag.not_found',
          'tag.reserved',
          'tag.default',
          'tag.in_use',
        ]),
      },
    );
}
