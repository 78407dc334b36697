import { expect, test } from 'bun:test';
import postgres from 'postgres';
import { createWorld } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

const paths = ['/cms/home/banners', '/cms/home/slots', '/cms/home/popups', '/cms/home/popup', '/cms/tags/character'];

test('no database at all: what a fresh installation shows, and nobody keeps it', async () => {
  const world = await createWorld({ env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } });
  for (const path of paths) {
    const answer = await world.client.get(path);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('etag')).toBeNull();
  }
  expect((await world.client.get('/cms/home/banners')).body).toMatchObject([{ id: 'banner_notice' }]);
  expect((await world.client.get('/cms/home/slots')).body).toHaveLength(5);
  await world.close();
});

test('a database that goes away: the last that is known, without what could have become private', async () => {
  const world = await createWorld();
  const admin = await signUpAdmin(world);
  await world.client.put('/cms/home/banners', [{ id: 'mine' }], { token: admin.token });
  await world.client.put(
    '/cms/home/slots',
    [{ id: 's', contentPicks: [{ type: 'character', item: { id: crypto.randomUUID() } }] }],
    { token: admin.token },
  );
  for (const path of paths) await world.client.get(path);
  await world.ctx.db.close();
  expect((await world.client.get('/cms/home/banners')).body).toMatchObject([{ id: 'mine' }]);
  const slots = await world.client.get('/cms/home/slots');
  expect(slots.body[0]).toMatchObject({ id: 's', contentPicks: [] });
  expect(slots.headers.get('cache-control')).toBe('no-store');
  // Reading administrators' routes need no row then; writing ones do nothing.
  const refused = await world.client.put('/cms/home/banners', [{ id: 'x' }], { token: admin.token });
  expect(refused.status).toBeGreaterThanOrEqual(500);
  await world.close();
});

test('a database that does not answer: visitors wait two seconds, not as long as it pleases', async () => {
  const world = await createWorld();
  const sql = postgres(world.stores.databaseUrl, { max: 1 });
  const locked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const blocking = sql.begin(async (tx) => {
    await tx`lock table site_configs in access exclusive mode`;
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  const startedAt = performance.now();
  const answers = await Promise.all([1, 2, 3].map(() => world.client.get('/cms/home/popups')));
  expect(performance.now() - startedAt).toBeLessThan(7_000);
  for (const { status, body, headers } of answers)
    expect([status, body, headers.get('etag')]).toEqual([200, { maxDisplayCount: 1, items: [] }, null]);
  release.resolve();
  await blocking;
  expect((await world.client.get('/cms/home/popups')).headers.get('etag')).toBeString();
  await sql.end();
  await world.close();
}, 20_000);
