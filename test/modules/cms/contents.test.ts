import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from '../characters/cast.ts';

let world: World;
let sql: postgres.Sql;
let admin: Person;
let creator: Person;
const ids: Record<string, string> = {};
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [admin, creator] = await Promise.all([signUpAdmin(world), signUp(world)]);
  const story = async (title: string, columns: object) => {
    const [row] = await sql`insert into stories ${sql({
      ...{ id: crypto.randomUUID(), creator_id: creator.id, title, content: 'TOPSECRET' },
      ...columns,
    })} returning id`;
    return row?.id as string;
  };
  ids.novel = await story('Bees 100%', { created_at: '2026-01-01' });
  ids.origchat = await story('Wasps', { is_origchat: true, created_at: '2026-01-02' });
  ids.deleted = await story('Gone', { is_public: false, deleted_at: new Date() });
  for (const [name, day] of [
    ['Mina', 3],
    ['derived', 4],
    ['벌꿀', 5],
  ] as const) {
    ids[name === '벌꿀' ? 'honey' : name] = (await makeCharacter(world, creator, { basic_info: { name } })).id;
    await sql`update characters set created_at = ${`2026-01-0${day}`} where name = ${name}`;
  }
  await sql`update characters set origin_story_id = ${ids.novel as string} where id = ${ids.derived as string}`;
  await sql`update characters set is_public = false where id = ${ids.Mina as string}`;
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const list = (query = '') => world.client.get(`/cms/contents${query}`, { token: admin.token });
const names = async (query = '') => (await list(query)).body.items.map(({ name }: { name: string }) => name);

describe('the list', () => {
  test('works of people, newest first, without those out of stories and deleted ones, and without addresses', async () => {
    const { body, text } = await list();
    expect(body).toEqual({
      total: 4,
      page: 1,
      page_size: 20,
      items: [
        { id: ids.honey, type: 'character', name: '벌꿀', is_public: true, created_at: '2026-01-05T00:00:00.000Z' },
        { id: ids.Mina, type: 'character', name: 'Mina', is_public: false, created_at: '2026-01-03T00:00:00.000Z' },
        { id: ids.origchat, type: 'origchat', name: 'Wasps', is_public: true, created_at: '2026-01-02T00:00:00.000Z' },
        { id: ids.novel, type: 'webnovel', name: 'Bees 100%', is_public: true, created_at: '2026-01-01T00:00:00.000Z' },
      ].map((item) => ({ ...item, creator_name: creator.username })),
    });
    expect(text).not.toContain(creator.email);
    expect(text).not.toContain('TOPSECRET');
  });

  test.each([
    ['?type=character', ['벌꿀', 'Mina']],
    ['?type=webnovel', ['Bees 100%']],
    ['?type=origchat', ['Wasps']],
    ['?is_public=false', ['Mina']],
    ['?is_public=true&type=character', ['벌꿀']],
    ['?search=MIN', ['Mina']],
    ['?search=꿀', ['벌꿀']],
    ['?search=100%25', ['Bees 100%']],
    ['?search=_', []],
    ['?search=%25', ['Bees 100%']],
    ['?search=%5C', []],
    ["?search=';--", []],
    ['?page_size=2&page=2', ['Wasps', 'Bees 100%']],
    ['?page_size=3&page=2', ['Bees 100%']],
    ['?page=9', []],
    ['?page_size=0', ['벌꿀']],
    ['?page_size=-5', ['벌꿀']],
    ['?page_size=1000', ['벌꿀', 'Mina', 'Wasps', 'Bees 100%']],
  ])('%s', async (query, expected) => expect(await names(query)).toEqual(expected));

  test('the total is of all pages; sizes are clamped', async () => {
    expect((await list('?page=9')).body).toMatchObject({ total: 4, page: 9, page_size: 20 });
    expect((await list('?page_size=1000')).body.page_size).toBe(100);
    expect((await list('?type=character&page_size=1')).body).toMatchObject({ total: 2, page_size: 1 });
  });

  test.each([
    ['?type=song', 400, 'cms.bad_type'],
    ['?page=0', 422, 'http.invalid'],
    ['?page=100000', 422, 'http.invalid'],
    ['?page_size=x', 422, 'http.invalid'],
    ['?is_public=perhaps', 422, 'http.invalid'],
    [`?search=${'x'.repeat(201)}`, 422, 'http.invalid'],
  ])('%s is refused', async (query, status, code) => {
    const answer = await list(query);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('for administrators', async () => {
    expect((await world.client.get('/cms/contents')).status).toBe(401);
    expect((await world.client.get('/cms/contents', { token: creator.token })).status).toBe(403);
  });
});

describe('the switches', () => {
  const patch = (path: string, body?: unknown, token = admin.token) =>
    world.client.patch(`/cms/contents/${path}`, body, { token });
  const isPublic = async (table: string, id = '') =>
    (await sql`select is_public from ${sql(table)} where id = ${id}`)[0]?.is_public;

  test.each([
    [true, true],
    [false, false],
    ['true', true],
    ['False', false],
    ['1', true],
    ['0', false],
    ['yes', true],
    ['no', false],
    ['ON', true],
    ['off', false],
  ])('is_public %p', async (given, expected) => {
    for (const [kind, name, table] of [
      ['character', 'Mina', 'characters'],
      ['story', 'novel', 'stories'],
    ] as const) {
      const answer = await patch(`${kind}/${ids[name]}/public`, { is_public: given });
      expect([kind, answer.status, answer.body]).toEqual([
        kind,
        200,
        { id: ids[name], type: kind, name: name === 'novel' ? 'Bees 100%' : 'Mina', is_public: expected },
      ]);
      expect(await isPublic(table, ids[name])).toBe(expected);
    }
  });

  test('turned over; what is done twice at once is done twice', async () => {
    const path = `story/${ids.origchat}/toggle-public`;
    const first = await isPublic('stories', ids.origchat);
    expect((await patch(path)).body.is_public).toBe(!first);
    const both = await Promise.all([patch(path), patch(path)]);
    expect(new Set(both.map(({ body }) => body.is_public)).size).toBe(2);
    expect((await patch(`character/${ids.Mina}/toggle-public`, null)).status).toBe(200);
  });

  test('one row of the trail each, with what became of it', async () => {
    await patch(`story/${ids.novel}/public`, { is_public: false });
    await patch(`character/${ids.Mina}/public`, { is_public: false });
    const rows = await sql`select * from admin_audit order by created_at desc, id desc limit 2`;
    expect(rows.map(({ action, target, details, outcome }) => ({ action, target, details, outcome }))).toEqual([
      { action: 'character.visibility', target: ids.Mina, details: { is_public: false }, outcome: 'done' },
      { action: 'story.visibility', target: ids.novel, details: { is_public: false }, outcome: 'done' },
    ]);
  });

  test.each([
    ['song/:id/public', { is_public: true }, 400, 'cms.bad_type'],
    ['webnovel/:id/toggle-public', undefined, 400, 'cms.bad_type'],
    ['story/x/public', { is_public: true }, 400, 'cms.bad_id'],
    ['story/:id/public', { is_public: 'perhaps' }, 400, 'cms.bad_visibility'],
    ['story/:id/public', { is_public: null }, 400, 'cms.bad_visibility'],
    ['story/:id/public', { is_public: [true] }, 400, 'cms.bad_visibility'],
    ['story/:id/public', {}, 400, 'cms.bad_visibility'],
    ['story/:id/public', null, 400, 'cms.bad_visibility'],
    ['story/:id/public', { is_public: true }, 404, 'story.not_found'],
    ['character/:id/public', { is_public: true }, 404, 'character.not_found'],
    ['character/:id/toggle-public', undefined, 404, 'character.not_found'],
    ['story/:id/toggle-public', undefined, 404, 'story.not_found'],
  ])('%s with %p', async (path, body, status, code) => {
    const answer = await patch(path.replace(':id', crypto.randomUUID()), body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('a story keeps its date, and its version goes up only when something changes', async () => {
    const look = async () => (await sql`select updated_at, version from stories where id = ${ids.novel as string}`)[0];
    await patch(`story/${ids.novel}/public`, { is_public: true });
    const before = await look();
    await patch(`story/${ids.novel}/public`, { is_public: true });
    expect(await look()).toEqual(before as postgres.Row);
    await patch(`story/${ids.novel}/toggle-public`);
    expect(await look()).toEqual({ ...before, version: before?.version + 1 } as postgres.Row);
  });

  test('a deleted story stays deleted', async () => {
    expect((await patch(`story/${ids.deleted}/public`, { is_public: true })).status).toBe(404);
    expect(await isPublic('stories', ids.deleted)).toBe(false);
  });

  test('for administrators', async () => {
    for (const end of ['public', 'toggle-public']) {
      const path = `/cms/contents/story/${ids.novel}/${end}`;
      expect((await world.client.patch(path, { is_public: true })).status).toBe(401);
      expect((await world.client.patch(path, { is_public: true }, { token: creator.token })).status).toBe(403);
    }
  });
});
