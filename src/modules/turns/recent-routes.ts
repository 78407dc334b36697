import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { listRecent } from './recent.ts';
import * as s from './schema.ts';

/** Where one left off. */
export function recentRoutes(ctx: Ctx) {
  return new Elysia({ name: 'recent' })
    .use(guard(ctx))
    .get('/me/characters/recent', ({ actor, query }) => listRecent(ctx, actor, query), {
      member: true,
      query: s.RecentQuery,
      response: s.Recent,
      detail: doc('rooms', 'The characters I talked to last, one entry a room'),
    });
}
