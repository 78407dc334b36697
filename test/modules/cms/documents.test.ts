import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

let world: World;
let sql: postgres.Sql;
let admin: Person;
let member: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [admin, member] = await Promise.all([signUpAdmin(world), signUp(world)]);
});
beforeEach(async () => {
  await sql`truncate site_configs, site_config_revisions`;
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const paths = ['/cms/home/banners', '/cms/home/slots', '/cms/home/popups', '/cms/home/popup', '/cms/tags/character'];
const revised = paths.filter((path) => path !== '/cms/home/popup');
const sample: Record<string, unknown> = {
  '/cms/home/banners': [{ id: 'b1', title: 'Spring' }],
  '/cms/home/slots': [{ id: 's1', title: 'Mine' }],
  '/cms/home/popups': { maxDisplayCount: 2, items: [{ title: 'Hi' }] },
  '/cms/home/popup': { enabled: true, title: 'Hi' },
  '/cms/tags/character': { prioritySlugs: ['a'], hiddenSlugs: ['b'] },
};
const put = (path: string, body: unknown = sample[path], headers: Record<string, string> = {}, who = admin) =>
  world.client.put(path, body, { token: who.token, headers });
const store = (key: string, value: unknown, schemaVersion = 0) =>
  sql`insert into site_configs (key, value, schema_version) values (${key}, ${sql.json(value as never)}, ${schemaVersion})
    on conflict (key) do update set value = excluded.value, schema_version = excluded.schema_version`;

describe('who may do what', () => {
  test.each(paths)('%s', async (path) => {
    expect((await world.client.get(path)).status).toBe(200);
    expect((await world.client.get(path, { token: 'x.y.z' })).status).toBe(200);
    expect((await world.client.put(path, sample[path])).status).toBe(401);
    expect((await put(path, sample[path], {}, member)).status).toBe(403);
    expect((await world.client.post(path, {})).status).toBe(405);
    expect((await put(path)).status).toBe(200);
  });
  test.each(revised)('the revisions of %s', async (path) => {
    await put(path);
    for (const [method, end] of [
      ['GET', '/revisions'],
      ['GET', '/revisions/1'],
      ['POST', '/revisions/1/restore'],
    ] as const) {
      const ask = async (token?: string) => (await world.client.open(method, path + end, { token })).status;
      expect([await ask(), await ask(member.token), await ask(admin.token)]).toEqual([401, 403, 200]);
    }
  });
});

describe('reading', () => {
  test.each(paths)('%s: a tag, a short life in caches, 304 for who has it, and nothing is written', async (path) => {
    await put(path);
    const rows = await sql`select * from site_configs`;
    const origin = { origin: 'http://localhost:5173' };
    const first = await world.client.get(path, { headers: origin });
    expect(first.headers.get('access-control-allow-origin')).toBe(origin.origin);
    expect(first.headers.get('etag')).toMatch(/^"1-[\w-]{22}"$/);
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d{1,2}(, must-revalidate)?$/);
    world.clock.advance(60);
    const again = await world.client.get(path, { headers: { 'if-none-match': `"x", W/${first.headers.get('etag')}` } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', first.headers.get('etag')]);
    expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'));
    expect((await world.client.get(path, { headers: { 'if-none-match': '"1-other"' } })).body).toEqual(first.body);
    expect(await sql`select * from site_configs`).toEqual(rows);
    expect((await put(path)).status).toBe(200);
    const changed = await world.client.get(path, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect(changed.status).toBe(200);
  });

  test('a fresh installation', async () => {
    const get = async (path: string) => (await world.client.get(path)).body;
    expect(await get('/cms/home/banners')).toMatchObject([
      { id: 'banner_notice', linkUrl: '/notices', updatedAt: null },
    ]);
    expect(await get('/cms/home/slots')).toHaveLength(5);
    expect(await get('/cms/home/popups')).toEqual({ maxDisplayCount: 1, items: [] });
    expect(await get('/cms/home/popup')).toMatchObject({ enabled: false, id: '' });
    expect(await get('/cms/tags/character')).toEqual({ prioritySlugs: [], hiddenSlugs: [], updatedAt: null });
    expect(await sql`select * from site_configs`).toHaveLength(0);
  });

  test('rows of older shapes, and damaged ones, show what can be saved', async () => {
    await store('homeBanners', JSON.stringify([{ title: 'Old', image_url: '/a.png' }, 5]));
    await store('homeSlots', ['slot_top_stories', { id: 's', link: 1, title: 'Mine' }]);
    await store('homePopups', { enabled: true, title: 'Single' });
    await store('characterTagDisplay', ['a', 'cover:x'], 1);
    const banners = (await world.client.get('/cms/home/banners')).body;
    expect(banners).toEqual([expect.objectContaining({ title: 'Old', imageUrl: '/a.png' })]);
    expect((await world.client.get('/cms/home/banners')).body).toEqual(banners);
    expect((await world.client.get('/cms/home/slots')).body.map(({ id }: { id: string }) => id)).toEqual([
      ...['slot_top_stories', 's', 'slot_top_origchat', 'slot_trending_characters'],
      ...['slot_recommended_characters', 'slot_daily_tag_characters'],
    ]);
    expect((await world.client.get('/cms/home/popups')).body).toMatchObject({ items: [{ title: 'Single' }] });
    expect((await world.client.get('/cms/home/popup')).body).toMatchObject({ enabled: true, title: 'Single' });
    expect((await world.client.get('/cms/tags/character')).body.prioritySlugs).toEqual(['a']);
    for (const junk of [5, 'x', {}, [], [[]], { items: 7 }]) {
      for (const key of ['homeBanners', 'homeSlots', 'homePopups', 'characterTagDisplay']) await store(key, junk);
      for (const path of paths) expect([path, (await world.client.get(path)).status]).toEqual([path, 200]);
    }
  });

  test('a mended document is told to the log, without its texts', async () => {
    await store('homeBanners', [{ title: 'SECRET', linkUrl: 'javascript:SECRET' }]);
    await world.client.get('/cms/home/banners');
    const line = world.logs.findLast(({ message }) => /mended/.test(String(message)));
    expect(line).toMatchObject({ document: 'homeBanners', places: ['/0/linkUrl'] });
    expect(JSON.stringify(line)).not.toContain('SECRET');
  });
});

describe('writing', () => {
  test('the whole document comes back, with times: made once, changed now', async () => {
    const made = await put('/cms/home/banners', [
      { title: '<i>One</i>', startAt: '2026-03-01', endAt: '2026-03-02T10:00' },
    ]);
    expect(made.body).toEqual([
      {
        ...{ id: expect.stringMatching(/^banner_[0-9a-f]{12}$/), title: 'One', imageUrl: '', mobileImageUrl: '' },
        ...{ linkUrl: '', openInNewTab: false, enabled: true, displayOn: 'all' },
        ...{ startAt: '2026-02-28T15:00:00.000Z', endAt: '2026-03-02T01:00:00.000Z' },
        ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
      },
    ]);
    expect((await world.client.get('/cms/home/banners')).body).toEqual(made.body);
    world.clock.advance(60);
    const again = await put('/cms/home/banners', made.body);
    expect(again.body[0].createdAt).toBe(made.body[0].createdAt);
    expect(again.body[0].updatedAt > made.body[0].updatedAt).toBe(true);
    expect((await put('/cms/tags/character')).body.updatedAt).toEqual(expect.any(String));
  });

  test('no banners are the default one; the legacy pop-up replaces the list by one', async () => {
    await put('/cms/home/banners');
    expect((await put('/cms/home/banners', [])).body).toMatchObject([{ id: 'banner_notice', createdAt: null }]);
    await put('/cms/home/popups', { maxDisplayCount: 3, items: [{ title: 'a' }, { title: 'b' }] });
    const single = await put('/cms/home/popup', { enabled: true, title: 'One' });
    expect(single.body).toMatchObject({ enabled: true, title: 'One', id: expect.stringMatching(/^pop_[0-9a-f]{12}$/) });
    expect((await world.client.get('/cms/home/popups')).body).toEqual({ maxDisplayCount: 1, items: [single.body] });
  });

  test.each([
    ['/cms/home/banners', [{ title: 'a' }, { linkUrl: 'javascript:x' }], '/1/linkUrl'],
    ['/cms/home/banners', [{ startAt: '2026-03-02', endAt: '2026-03-01' }], '/0/endAt'],
    ['/cms/home/banners', undefined, ''],
    ['/cms/home/slots', [{ contentPicks: [{ type: 'song', item: { id: 'x' } }] }], '/0/contentPicks/0'],
    ['/cms/home/popups', { maxDisplayCount: 11 }, '/maxDisplayCount'],
    ['/cms/home/popup', { dismissDays: -1 }, '/dismissDays'],
    ['/cms/home/popup', undefined, ''],
    ['/cms/tags/character', 7, ''],
  ])('%s refuses %p and changes nothing', async (path, body, pointer) => {
    await put(path);
    const before = (await world.client.get(path)).text;
    const refused = await world.client.put(path, body, { token: admin.token });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].pointer).toBe(pointer);
    expect(refused.body.detail).toBeString();
    expect(refused.text).not.toContain('javascript');
    expect((await world.client.get(path)).text).toBe(before);
  });

  test('a full document of slots, as a page sends it, fits', async () => {
    const item = (id: string) => ({ id, name: 'x'.repeat(100), description: 'SNAPSHOT'.repeat(40) });
    const picks = () => Array.from({ length: 40 }, () => ({ type: 'character', item: item(crypto.randomUUID()) }));
    const slots = Array.from({ length: 95 }, (_, i) => ({ id: `s${i}`, title: 't', contentPicks: picks() }));
    expect((await put('/cms/home/slots', slots)).status).toBe(200);
    const [row] = await sql`select value::text like '%SNAPSHOT%' as told from site_configs`;
    expect(row?.told).toBe(false);
    const large = await put('/cms/home/banners', [{ title: 'x', linkUrl: 'y'.repeat(1_100_000) }]);
    expect(large.status).toBe(413);
  });
});
