import { type Person, signUp } from '../../harness/people.ts';
import type { World } from '../../harness/world.ts';
import { makeCharacter } from '../characters/cast.ts';

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
  'PUT /cms/home/banners': () => ({ path: '/cms/home/banners', body: [{ title: 'x' }] }),
  'PUT /cms/home/slots': () => ({ path: '/cms/home/slots', body: [{ title: 'x' }] }),
  'PUT /cms/home/popups': () => ({ path: '/cms/home/popups', body: { items: [] } }),
  'PUT /cms/home/popup': () => ({ path: '/cms/home/popup', body: { title: 'x' } }),
  'PUT /cms/tags/character': () => ({ path: '/cms/tags/character', body: { prioritySlugs: [] } }),
  ...Object.fromEntries(
    ['/cms/home/banners', '/cms/home/slots', '/cms/home/popups', '/cms/tags/character'].flatMap((path) =>
      [`GET ${path}/revisions/:n`, `POST ${path}/revisions/:n/restore`].map((name) => [
        name,
        async (world: World, admin: Person) => {
          await world.client.put(path, path === '/cms/tags/character' ? {} : [], { token: admin.token });
          return { path: name.slice(name.indexOf('/')).replace(':n', '1') };
        },
      ]),
    ),
  ),
  'PATCH /cms/contents/:type/:id/public': async (world, admin) => ({
    path: `/cms/contents/character/${(await makeCharacter(world, admin)).id}/public`,
    body: { is_public: false },
  }),
  'PATCH /cms/contents/:type/:id/toggle-public': async (world, admin) => ({
    path: `/cms/contents/character/${(await makeCharacter(world, admin)).id}/toggle-public`,
  }),
  'POST /payment/products': () => ({
    path: '/payment/products',
    body: { name: unique(), price: 500, point_amount: 50 },
  }),
};
