import { type Person, signUp } from '../../harness/people.ts';
import type { World } from '../../harness/world.ts';

type Call = { path: string; body?: unknown };

const unique = () => crypto.randomUUID().slice(0, 12);

/**
 * How each writing route of administrators is called so that it succeeds. A new one needs its line here, and has then
 * shown that it leaves its row.
 */
export const recipes: Record<string, (world: World, admin: Person) => Call | Promise<Call>> = {
  'POST /tags': () => ({ path: '/tags', body: { name: unique(), slug: unique() } }),
  'DELETE /tags/:id': async (world, admin) => {
    const made = await world.client.post('/tags', { name: unique(), slug: unique() }, { token: admin.token });
    return { path: `/tags/${made.body.id}` };
  },
  'POST /admin/users/test': () => ({ path: '/admin/users/test', body: {} }),
  'PATCH /admin/users/:id': async (world) => ({
    path: `/admin/users/${(await signUp(world)).id}`,
    body: { is_active: false },
  }),
  'POST /payment/products': () => ({
    path: '/payment/products',
    body: { name: unique(), price: 500, point_amount: 50 },
  }),
};
