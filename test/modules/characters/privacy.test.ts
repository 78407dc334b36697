import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { createApp } from '../../../src/app.ts';
import { routeTable } from '../../../src/http/route-table.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, secretSets, signUpAdmin } from './cast.ts';

type Who = 'guest' | 'stale' | 'stranger' | 'admin' | 'owner';
const everybody: Who[] = ['guest', 'stale', 'stranger', 'admin', 'owner'];

let world: World;
let sql: postgres.Sql;
const tokens: Record<Who, string | undefined> = {
  guest: undefined,
  stale: 'x.y.z',
  stranger: undefined,
  admin: undefined,
  owner: undefined,
};
let owner: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  owner = await signUp(world);
  tokens.owner = owner.token;
  tokens.stranger = (await signUp(world)).token;
  tokens.admin = (await signUpAdmin(world)).token;
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const secrets = {
  basic_info: {
    name: 'Mina',
    world_setting: 'TOPSECRET world',
    start_sets: secretSets,
    introduction_scenes: [{ title: 't', content: 'c', secret: 'TOPSECRET scene' }],
  },
  media_settings: {
    image_descriptions: [{ url: '/static/open.png' }, { url: '/static/TOPSECRET.png', is_public: false }],
  },
};
const bodies: Record<string, unknown> = {
  'PUT /characters/:id': {},
  'PUT /characters/advanced/:id': {},
  'POST /characters/:id/comments': { content: 'x' },
  'PUT /characters/:id/tags': { tags: [] },
  'POST /characters/:id/settings': {},
  'PUT /characters/:id/settings': {},
};
/** What each route answers on a private character; a route that is not named here fails the test. */
const members = (stranger: number, admin: number, own: number) => ({
  guest: 401,
  stale: 401,
  stranger,
  admin,
  owner: own,
});
const onPrivate: Record<string, Record<Who, number>> = {
  'GET /characters/:id': { guest: 403, stale: 401, stranger: 403, admin: 200, owner: 200 },
  'GET /characters/:id/comments': { guest: 403, stale: 401, stranger: 403, admin: 200, owner: 200 },
  'GET /characters/:id/tags': { guest: 403, stale: 401, stranger: 403, admin: 200, owner: 200 },
  'GET /characters/advanced/:id': members(403, 200, 200),
  'GET /characters/:id/like-status': members(403, 200, 200),
  'POST /characters/:id/like': members(403, 403, 403),
  'DELETE /characters/:id/like': members(400, 400, 400),
  'POST /characters/:id/comments': members(403, 403, 403),
  'PUT /characters/:id': members(403, 403, 200),
  'PUT /characters/advanced/:id': members(403, 403, 200),
  'PUT /characters/:id/tags': members(403, 403, 200),
  'GET /characters/:id/settings': members(403, 403, 200),
  'POST /characters/:id/settings': members(403, 403, 201),
  'PUT /characters/:id/settings': members(403, 403, 200),
  'GET /characters/:id/stats': members(403, 403, 200),
  'PATCH /characters/:id/toggle-public': members(403, 200, 200),
  'DELETE /characters/:id': members(403, 403, 204),
};
const onPublic: typeof onPrivate = {
  ...onPrivate,
  ...Object.fromEntries(
    ['', '/comments', '/tags'].map((end) => [
      `GET /characters/:id${end}`,
      { guest: 200, stale: 200, stranger: 200, admin: 200, owner: 200 },
    ]),
  ),
  'GET /characters/advanced/:id': members(200, 200, 200),
  'GET /characters/:id/like-status': members(200, 200, 200),
  'POST /characters/:id/like': members(200, 200, 200),
  'POST /characters/:id/comments': members(201, 201, 201),
};
/** What comes out of a private story is hidden with it, though public itself. */
const matrices = { public: onPublic, private: onPrivate, 'out of a private story': onPrivate };
const routesOfOne = () =>
  routeTable(createApp(world.ctx))
    .entries.filter(({ path }) => /^\/characters\/(.*\/)?:id(\/|$)/.test(path))
    .map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));

/** Makes the character that a case is about; each call that changes it gets a fresh one. */
const kinds = {
  public: () => makeCharacter(world, owner, secrets),
  private: () => makeCharacter(world, owner, { ...secrets, publish_settings: { is_public: false } }),
  'out of a private story': async () => {
    const made = await kinds.public();
    const [story] =
      await sql`insert into stories (id, creator_id, title, content, cover_url, is_public) values (gen_random_uuid(), ${owner.id}, 'TOPSECRET title', 'TOPSECRET text', 'TOPSECRET.png', false) returning id`;
    await sql`update characters set origin_story_id = ${story?.id} where id = ${made.id}`;
    return made;
  },
  'switched off': async () => {
    const made = await kinds.public();
    await sql`update characters set is_active = false where id = ${made.id}`;
    return made;
  },
};

describe('every route of one character, by who asks', () => {
  test.each([['public'], ['private'], ['out of a private story']] as const)(
    'a character that is %s',
    async (kind) => {
      const expected = matrices[kind];
      const routes = routesOfOne();
      expect(routes.length).toBeGreaterThan(14);
      const shared = await kinds[kind]();
      for (const { method, path, name } of routes) {
        expect(expected[name], `${name} is in the matrix`).toBeDefined();
        for (const who of everybody) {
          const changes = method !== 'GET' && (expected[name]?.[who] ?? 0) < 300;
          const { id } = changes ? await kinds[kind]() : shared;
          const response = await world.client.open(method, path.replace(':id', id), {
            token: tokens[who],
            body: bodies[name],
          });
          const text = await response.text();
          expect([name, who, response.status]).toEqual([name, who, expected[name]?.[who] as number]);
          // A switched-over answer belongs to someone who may see all of it.
          if (who !== 'owner' && who !== 'admin')
            expect([name, who, text.includes('TOPSECRET')]).toEqual([name, who, false]);
        }
      }
    },
    60_000,
  );

  test('a character that is switched off is not there, but for its owner and administrators', async () => {
    const { id } = await kinds['switched off']();
    for (const who of everybody) {
      const seen = who === 'owner' || who === 'admin';
      for (const end of ['', '/comments', '/tags'])
        expect([who, end, (await world.client.get(`/characters/${id}${end}`, { token: tokens[who] })).status]).toEqual([
          who,
          end,
          seen ? 200 : 404,
        ]);
    }
    expect((await world.client.post(`/characters/${id}/like`, undefined, { token: tokens.stranger })).status).toBe(404);
  });
});

test('the viewer’s projection: openings without what happens in them; owner and administrators see all', async () => {
  const { id } = await kinds.public();
  const viewed = (await world.client.get(`/characters/${id}`)).body;
  expect(viewed).toMatchObject({
    world_setting: null,
    greeting: 'Who are you?',
    max_turns: 120,
    image_descriptions: [{ url: '/static/open.png' }],
    introduction_scenes: [{ title: 'Dawn', content: 'The bees are gone.', secret: null }],
    start_sets: {
      selectedId: 'o1',
      items: [{ id: 'o1', title: 'Dawn', intro: 'The bees are gone.', firstLine: 'Who are you?' }],
      sim_options: { max_turns: 120 },
    },
  });
  expect(Object.keys(viewed.start_sets).sort()).toEqual(['items', 'selectedId', 'sim_options']);
  expect(Object.keys(viewed.start_sets.items[0]).sort()).toEqual(['firstLine', 'id', 'intro', 'title']);
  for (const who of ['owner', 'admin'] as const) {
    const all = (await world.client.get(`/characters/${id}`, { token: tokens[who] })).body;
    expect(all.start_sets.setting_book.items[0].detail).toBe('TOPSECRET memo');
    expect(all.world_setting).toBe('TOPSECRET world');
  }
});

test('the origin story is told only to who may read it', async () => {
  const { id } = await kinds['out of a private story']();
  const ask = async (who: Who) => (await world.client.get(`/characters/${id}`, { token: tokens[who] })).body;
  for (const who of ['guest', 'stranger'] as const) {
    const refused = await ask(who);
    expect(refused.code).toBe('character.private');
    expect(JSON.stringify(refused)).not.toContain('TOPSECRET');
  }
  for (const who of ['owner', 'admin'] as const)
    expect(await ask(who)).toMatchObject({
      origin_story_title: 'TOPSECRET title',
      origin_story_excerpt: 'TOPSECRET text',
      origin_story_creator: owner.username,
      origin_story_views: 0,
    });
  await sql`update stories set is_public = true where id = (select origin_story_id from characters where id = ${id})`;
  expect(await ask('guest')).toMatchObject({ origin_story_title: 'TOPSECRET title', world_setting: 'TOPSECRET world' });
});

test('no list, count or search tells of what is private', async () => {
  const person = await signUp(world);
  const made = await makeCharacter(world, person, {
    basic_info: { name: 'Unfindable' },
    publish_settings: { is_public: false },
  });
  await world.client.put(`/characters/${made.id}/tags`, { tags: ['unfindable-tag'] }, { token: person.token });
  for (const token of [undefined, tokens.stranger]) {
    for (const path of [
      '/characters?search=Unfindable',
      `/characters?creator_id=${person.id}`,
      '/characters?tags=unfindable-tag',
      `/users/${person.id}/characters`,
      `/users/${person.id}/stats/top-characters`,
    ])
      expect([path, (await world.client.get(path, { token })).body]).toEqual([path, []]);
    expect((await world.client.get(`/users/${person.id}`, { token })).body).toMatchObject({
      character_count: 0,
      email: null,
    });
    expect((await world.client.get(`/users/${person.id}/stats/overview`, { token })).body.character_count).toBe(0);
  }
  expect((await world.client.get(`/users/${person.id}/characters`, { token: person.token })).body).toHaveLength(1);
  expect((await world.client.get(`/users/${person.id}`, { token: tokens.admin })).body).toMatchObject({
    character_count: 1,
    email: person.email,
  });
});
