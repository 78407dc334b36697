import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { readBytes } from '../../http/body.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { METERS_CONTENT_TYPE } from '../../lib/meters.ts';
import { getContentCounts } from './content-counts.ts';
import { exportMetrics } from './export.ts';
import { recordPageEvent } from './page-event.ts';
import { beat, countOnline } from './presence.ts';
import * as s from './schema.ts';
import { getSummary } from './summary.ts';
import { getTraffic } from './traffic.ts';

const tag = 'metrics';
/** Browsers send no larger beacon. */
const MAX_EVENT_BYTES = 65_536;
const NOTHING = new Uint8Array();

/** Seed, Flow 7: who is here, what is going on, how much there is. */
export function metricRoutes(ctx: Ctx) {
  return new Elysia({ name: 'metrics', prefix: '/metrics' })
    .use(guard(ctx))
    .post('/online/heartbeat', ({ actor, client }) => beat(ctx, actor, client), {
      visitor: { limit: false, body: 'raw' },
      response: s.Heartbeat,
      detail: doc(tag, 'A sign of life of a page'),
    })
    .get('/online', ({ query }) => countOnline(ctx, query.window_sec), {
      admin: true,
      query: s.OnlineQuery,
      response: s.Online,
      detail: doc(tag, 'How many viewers are here'),
    })
    .get('/summary', ({ query }) => getSummary(ctx, query), {
      admin: true,
      query: s.SummaryQuery,
      response: s.Summary,
      detail: doc(tag, 'Story play of a day'),
    })
    .get('/traffic', ({ query }) => getTraffic(ctx, query), {
      admin: true,
      query: s.TrafficQuery,
      response: s.Traffic,
      detail: doc(tag, 'Chatters, new accounts, messages and page views of a day'),
    })
    .get('/content-counts', ({ query }) => getContentCounts(ctx, query), {
      open: true,
      query: s.ContentCountsQuery,
      response: s.ContentCounts,
      detail: doc(tag, 'How much there is to see'),
    })
    .post(
      '/traffic/page-event',
      async ({ actor, client, request }) =>
        recordPageEvent(ctx, actor, client.address, await readBytes(request, MAX_EVENT_BYTES).catch(() => NOTHING)),
      {
        visitor: { limit: false, body: 'raw' },
        response: s.PageEvent,
        detail: doc(tag, 'A page was opened or left'),
      },
    )
    .get(
      '/prometheus',
      async ({ actor, request, set }) => {
        set.headers['content-type'] = METERS_CONTENT_TYPE;
        return exportMetrics(ctx, actor, request.headers.get('authorization'));
      },
      {
        visitor: true,
        response: t.String(),
        detail: doc(tag, 'Everything measured, for Prometheus; with METRICS_TOKEN or as an administrator', [
          'auth.not_authenticated',
          'auth.forbidden',
        ]),
      },
    );
}
