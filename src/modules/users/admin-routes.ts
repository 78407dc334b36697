import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, pageQuery } from '../../http/schema.ts';
import { listUsers, makeTestUser, setUserActive } from './admin.ts';
import * as s from './admin-schema.ts';

const tag = 'admin';

/** Accounts as administrators see and switch them. */
export function userAdminRoutes(ctx: Ctx) {
  return new Elysia({ name: 'user-admin', prefix: '/admin/users' })
    .use(guard(ctx))
    .get('', ({ query }) => listUsers(ctx, query), {
      admin: true,
      query: pageQuery(50, 200),
      response: s.UserPage,
      detail: doc(tag, 'All accounts, newest first'),
    })
    .post('/test', ({ body }) => makeTestUser(ctx, body ?? {}), {
      admin: true,
      body: s.TestUserBody,
      response: s.TestUser,
      detail: doc(tag, 'Open a verified account for tests by hand'),
    })
    .patch('/:id', ({ actor, params, body }) => setUserActive(ctx, actor, params.id, body), {
      admin: true,
      params: IdParams,
      body: s.ActiveBody,
      response: s.Active,
      detail: doc(tag, 'Switch an account on or off; off ends its sessions', [
        'auth.user_not_found',
        'auth.not_oneself',
      ]),
    });
}
