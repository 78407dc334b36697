import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import type { Person } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

let world: World;
let sql: postgres.Sql;
let admin: Person;
let second: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [admin, second] = await Promise.all([signUpAdmin(world), signUpAdmin(world)]);
});
beforeEach(async () => {
  await sql`truncate site_configs, site_config_revisions`;
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const paths = ['/cms/home/banners', '/cms/home/slots', '/cms/home/popups', '/cms/home/popup', '/cms/tags/character'];
const sample: Record<string, unknown> = {
  '/cms/home/banners': [{ id: 'b1', title: 'Spring' }],
  '/cms/home/slots': [{ id: 's1', title: 'Mine' }],
  '/cms/home/popups': { maxDisplayCount: 2, items: [{ title: 'Hi' }] },
  '/cms/home/popup': { enabled: true, title: 'Hi' },
  '/cms/tags/character': { prioritySlugs: ['a'], hiddenSlugs: ['b'] },
};
const put = (path: string, body: unknown = sample[path], headers: Record<string, string> = {}, who = admin) =>
  world.client.put(path, body, { token: who.token, headers });

describe('two editors', () => {
  test('with If-Match the second is told; without it the last one wins', async () => {
    for (const path of paths) {
      const read = (await world.client.get(path)).headers.get('etag') ?? '';
      const mine = await put(path, sample[path], { 'if-match': read });
      expect([path, mine.status]).toEqual([path, 200]);
      const theirs = await put(path, sample[path], { 'if-match': read }, second);
      expect([path, theirs.status, theirs.body.code]).toEqual([path, 412, 'http.changed_meanwhile']);
      expect((await put(path, sample[path], { 'if-match': mine.headers.get('etag') ?? '' })).status).toBe(200);
      expect((await put(path)).status).toBe(200);
      expect((await put(path, sample[path], { 'if-match': '*' })).status).toBe(200);
      expect((await put(path, sample[path], { 'if-match': '"nonsense"' })).status).toBe(412);
      const weak = `W/${(await world.client.get(path)).headers.get('etag')}`;
      expect((await put(path, sample[path], { 'if-match': weak })).status).toBe(200);
    }
  });

  test('of many who read the same, one writes', async () => {
    for (const path of ['/cms/home/banners', '/cms/home/slots']) {
      for (let round = 0; round < 3; round += 1) {
        const read = (await world.client.get(path)).headers.get('etag') ?? '';
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => put(path, sample[path], { 'if-match': read })),
        );
        expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
      }
    }
  });

  test('unguarded writes at once, on two instances, are numbered without gaps, and the last one is what is shown', async () => {
    const { client } = await world.secondInstance();
    const writes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? client : world.client).put('/cms/home/banners', [{ id: `b${i}` }], { token: admin.token }),
      ),
    );
    expect(new Set(writes.map(({ status }) => status))).toEqual(new Set([200]));
    const rows = await sql`select version, value from site_config_revisions order by version`;
    expect(rows.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    const [current] = await sql`select version, value from site_configs`;
    expect(current).toEqual(rows[19] as object);
    for (const each of [client, world.client])
      expect((await each.get('/cms/home/banners')).body).toEqual(current?.value);
    for (const { headers, body } of writes) {
      const version = Number(/^"(\d+)-/.exec(headers.get('etag') ?? '')?.[1]);
      expect(rows[version - 1]?.value).toEqual(body);
    }
  });
});

describe('revisions', () => {
  test('are listed newest first, and one is brought back as a new one', async () => {
    await put('/cms/home/banners', [{ id: 'one' }]);
    await put('/cms/home/banners', [{ id: 'two' }], {}, second);
    const held = await world.client.get('/cms/home/banners/revisions/1', { token: admin.token });
    expect(held.body).toMatchObject([{ id: 'one' }]);
    expect((await world.client.get('/cms/home/banners/revisions/3', { token: admin.token })).status).toBe(404);
    const restored = await world.client.post('/cms/home/banners/revisions/1/restore', undefined, {
      token: admin.token,
    });
    expect(restored.body).toMatchObject([{ id: 'one' }]);
    expect(restored.headers.get('etag')).toStartWith('"3-');
    const { body } = await world.client.get('/cms/home/banners/revisions', { token: admin.token });
    const { username } = admin;
    expect(body).toEqual(
      [
        { version: 3, origin: 'restore', restored_version: 1, created_by: username, is_current: true },
        { version: 2, origin: 'edit', restored_version: null, created_by: second.username, is_current: false },
        { version: 1, origin: 'edit', restored_version: null, created_by: username, is_current: false },
      ].map((row) => ({ ...row, created_at: expect.any(String) })),
    );
    expect((await world.client.get('/cms/home/banners')).body).toEqual(restored.body);
  });

  test('refuse what is not there, what is no number, and what was changed meanwhile', async () => {
    await put('/cms/home/popups');
    const restore = (n: string, headers = {}) =>
      world.client.post(`/cms/home/popups/revisions/${n}/restore`, undefined, { token: admin.token, headers });
    expect([(await restore('2')).status, (await restore('2')).body.code]).toEqual([404, 'cms.no_revision']);
    for (const n of ['0', '-1', 'x', '99999999999']) expect([n, (await restore(n)).status]).toEqual([n, 422]);
    expect((await restore('1', { 'if-match': '"7-x"' })).status).toBe(412);
    expect((await restore('1', { 'if-match': '"1-x"' })).status).toBe(200);
  });

  test('of an older shape come back in today’s; the last hundred are kept', async () => {
    await sql`insert into site_config_revisions (key, version, value, schema_version, origin, created_at)
      select 'homePopups', n, '{"enabled": true, "title": "Old"}', 0, 'edit', now() from generate_series(1, 120) n`;
    await sql`insert into site_configs (key, value, version) values ('homePopups', '{}', 120)`;
    const done = await world.client.post('/cms/home/popups/revisions/50/restore', undefined, { token: admin.token });
    expect(done.body).toMatchObject({ maxDisplayCount: 1, items: [{ title: 'Old', enabled: true }] });
    const [kept] = await sql`select count(*)::int as n, min(version) as first from site_config_revisions`;
    expect(kept).toEqual({ n: 100, first: 22 });
  });

  test('a write, its revision and its audit row are one: a refused one leaves none', async () => {
    await put('/cms/home/banners');
    const count = async () => (await sql`select count(*)::int as n from admin_audit where action like 'cms.%'`)[0]?.n;
    const before = await count();
    await put('/cms/home/banners', sample['/cms/home/banners'], { 'if-match': '"9-x"' });
    expect(await count()).toBe(before);
    expect(await sql`select * from site_config_revisions`).toHaveLength(1);
    await put('/cms/home/banners');
    const [row] =
      await sql`select * from admin_audit where action = 'cms.edit' order by created_at desc, id desc limit 1`;
    expect(row).toMatchObject({
      ...{ actor_id: admin.id, target: 'homeBanners', route: 'PUT /cms/home/banners', outcome: 'done' },
      details: { version: 2, origin: 'edit' },
    });
  });
});
