import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { getDailyRanking } from './rankings.ts';
import * as s from './schema.ts';

const tag = 'home';

/** What the home page shows beside its lists. */
export function homeRoutes(ctx: Ctx) {
  return new Elysia({ name: 'home' })
    .use(guard(ctx))
    .get('/rankings/daily', ({ query }) => getDailyRanking(ctx, query), {
      open: true,
      query: s.RankingQuery,
      response: s.Ranking,
      detail: doc(tag, 'The ranking of the day'),
    })
    .get('/notices/latest', () => ({ latest_at: null }), {
      open: true,
      response: s.LatestNotice,
      detail: doc(tag, 'When the last notice came out; there are none yet'),
    });
}
