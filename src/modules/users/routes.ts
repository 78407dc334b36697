import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, Message } from '../../http/schema.ts';
import { say } from '../../lib/messages.ts';
import {
  getModelSettings,
  getOverview,
  getProfile,
  getTimeseries,
  setModelSettings,
  updateProfile,
} from './profile.ts';
import * as s from './schema.ts';

const tag = 'users';

/** People's pages and preferences. What people made is listed by the modules that own it. */
export function userRoutes(ctx: Ctx) {
  return new Elysia({ name: 'users' })
    .use(guard(ctx))
    .get('/users/:id', ({ actor, params }) => getProfile(ctx, actor, params.id), {
      visitor: true,
      params: IdParams,
      response: s.Profile,
      detail: doc(tag, 'A person’s page; the address only for oneself', ['auth.user_not_found']),
    })
    .put('/users/:id', ({ actor, params, body }) => updateProfile(ctx, actor, params.id, body), {
      member: true,
      params: IdParams,
      body: s.ProfileBody,
      response: s.Profile,
      detail: doc(tag, 'Change one’s own page', ['auth.forbidden', 'auth.username_taken', 'auth.user_not_found']),
    })
    .get('/users/:id/stats/overview', ({ actor, params }) => getOverview(ctx, actor, params.id), {
      visitor: true,
      params: IdParams,
      response: s.Overview,
      detail: doc(tag, 'Sums over a person’s characters', ['auth.user_not_found']),
    })
    .get(
      '/users/:id/stats/timeseries',
      ({ actor, params, query }) => getTimeseries(ctx, actor, params.id, query.days),
      {
        member: true,
        params: IdParams,
        query: s.TimeseriesQuery,
        response: s.Timeseries,
        detail: doc(tag, 'What one’s characters got, by day', ['auth.forbidden']),
      },
    )
    .get('/me/model-settings', ({ actor }) => getModelSettings(ctx, actor), {
      member: true,
      response: s.ModelSettings,
      detail: doc(tag, 'One’s model preferences'),
    })
    .put(
      '/me/model-settings',
      async ({ actor, query, client }) => {
        await setModelSettings(ctx, actor, query);
        return say('user.model_settings_saved', client.language);
      },
      {
        member: true,
        query: s.ModelQuery,
        response: Message,
        detail: doc(tag, 'Change one’s model preferences'),
      },
    );
}
