import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createApp } from '../../../src/app.ts';
import { routeTable } from '../../../src/http/route-table.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';
import { makeStory } from './shelf.ts';

type Who = 'guest' | 'stale' | 'stranger' | 'admin' | 'owner';
const everybody: Who[] = ['guest', 'stale', 'stranger', 'admin', 'owner'];

let world: World;
let owner: Person;
const tokens: Record<Who, string | undefined> = {
  guest: undefined,
  stale: 'x.y.z',
  stranger: undefined,
  admin: undefined,
  owner: undefined,
};
beforeAll(async () => {
  world = await createWorld();
  owner = await signUp(world);
  tokens.owner = owner.token;
  tokens.stranger = (await signUp(world)).token;
  tokens.admin = (await signUpAdmin(world)).token;
});
afterAll(() => world.close());

/** Rooms of their own, with matrices of their own: chapters, persons, context, play. */
const elsewhere = /^\/stories\/:id\/(extracted-characters|context|start-options|recap|scene-excerpt|chapters|episodes)/;
const absent = '00000000-0000-7000-8000-000000000000';
const bodies: Record<string, unknown> = {
  'PUT /stories/:id': { title: 'T' },
  'POST /stories/:id/comments': { content: 'x' },
  'POST /stories/:id/announcements': { content: 'x' },
  'POST /stories/:id/announcements/:announcementId/pin': { pinned: true },
};
const members = (stranger: number, admin: number, own: number) => ({
  guest: 401,
  stale: 401,
  stranger,
  admin,
  owner: own,
});
/** What each route answers on a private story; a route that is not named here fails the test. */
const onPrivate: Record<string, Record<Who, number>> = {
  'GET /stories/:id': { guest: 403, stale: 401, stranger: 403, admin: 200, owner: 200 },
  'GET /stories/:id/comments': { guest: 403, stale: 401, stranger: 403, admin: 200, owner: 200 },
  'GET /stories/:id/like-status': members(403, 200, 200),
  'POST /stories/:id/like': members(403, 403, 403),
  'DELETE /stories/:id/like': members(400, 400, 400),
  'POST /stories/:id/comments': members(403, 403, 201),
  'PUT /stories/:id': members(403, 403, 200),
  'DELETE /stories/:id': members(403, 403, 200),
  'POST /stories/:id/announcements': members(403, 403, 201),
  // There is no such announcement: whoever may, hears so.
  'POST /stories/:id/announcements/:announcementId/pin': members(403, 403, 404),
  'DELETE /stories/:id/announcements/:announcementId': members(403, 403, 404),
};
const all = { guest: 200, stale: 200, stranger: 200, admin: 200, owner: 200 };
const onPublic: typeof onPrivate = {
  ...onPrivate,
  'GET /stories/:id': all,
  'GET /stories/:id/comments': all,
  'GET /stories/:id/like-status': members(200, 200, 200),
  'POST /stories/:id/like': members(200, 200, 200),
  'POST /stories/:id/comments': members(201, 201, 201),
};
/** A deleted story is not there for anybody. */
const onDeleted = Object.fromEntries(
  Object.entries(onPrivate).map(([name, by]) => [
    name,
    by.guest === 401 ? members(404, 404, 404) : { guest: 404, stale: 404, stranger: 404, admin: 404, owner: 404 },
  ]),
);

const routesOfOne = () =>
  routeTable(createApp(world.ctx))
    .entries.filter(({ path }) => /^\/stories\/:id(\/|$)/.test(path) && !elsewhere.test(path))
    .map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));

const make = (isPublic: boolean) =>
  makeStory(world, owner, {
    title: 'TOPSECRET title',
    content: 'TOPSECRET text of a story.',
    keywords: ['TOPSECRET'],
    is_public: isPublic,
  });
const kinds = {
  public: () => make(true),
  private: () => make(false),
  deleted: async () => {
    const story = await make(true);
    await world.client.delete(`/stories/${story.id}`, { token: owner.token });
    return story;
  },
};

describe('every route of one story, by who asks', () => {
  test.each([
    ['public', onPublic],
    ['private', onPrivate],
    ['deleted', onDeleted],
  ] as const)(
    'a story that is %s',
    async (kind, expected) => {
      const routes = routesOfOne();
      expect(routes.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
      const shared = await kinds[kind]();
      for (const { method, path, name } of routes) {
        for (const who of everybody) {
          const status = expected[name]?.[who] as number;
          const { id } = method !== 'GET' && status < 300 ? await kinds[kind]() : shared;
          const response = await world.client.open(method, path.replace(':id', id).replace(':announcementId', absent), {
            token: tokens[who],
            body: bodies[name],
          });
          const text = await response.text();
          expect([name, who, response.status]).toEqual([name, who, status]);
          if (kind !== 'public' && who !== 'owner' && who !== 'admin') expect(text).not.toContain('TOPSECRET');
        }
      }
    },
    60_000,
  );

  test('malformed ids and bodies are a 422, for members; guests hear 401 first', async () => {
    for (const { method, path, name } of routesOfOne()) {
      const bad = path.replace(':id', 'not-an-id').replace(':announcementId', absent);
      const answer = await world.client.open(method, bad, { token: tokens.owner, body: bodies[name] });
      expect([name, answer.status]).toEqual([name, 422]);
      if (!bodies[name]) continue;
      const { id } = await make(true);
      const wrong = { title: 1, content: 1, pinned: 'perhaps' };
      const filled = path.replace(':id', id).replace(':announcementId', absent);
      expect([name, (await world.client.open(method, filled, { token: tokens.owner, body: wrong })).status]).toEqual([
        name,
        422,
      ]);
      expect([name, (await world.client.open(method, filled, { body: wrong })).status]).toEqual([name, 401]);
    }
  });
});

test('no list, count or search tells of what is private, or of what is deleted', async () => {
  const person = await signUp(world);
  const words = {
    title: 'Unfindable',
    genre: 'unfindable-genre',
    keywords: ['unfindable-tag'],
    cover_url: '/static/x.png',
  };
  const hidden = await makeStory(world, person, { ...words, is_public: false });
  const gone = await makeStory(world, person, words);
  await world.client.post(`/stories/${hidden.id}/comments`, { content: 'x' }, { token: person.token });
  await world.client.post(`/stories/${gone.id}/comments`, { content: 'x' }, { token: person.token });
  await world.client.post(`/stories/${gone.id}/like`, undefined, { token: person.token });
  await world.client.delete(`/stories/${gone.id}`, { token: person.token });
  for (const token of [undefined, tokens.stranger, tokens.owner]) {
    for (const path of [
      '/stories?search=Unfindable',
      '/stories?search=unfindable-tag',
      '/stories?genre=unfindable-genre',
      '/stories?tags=unfindable-tag',
      `/stories?creator_id=${person.id}`,
      `/stories?search=${person.username}`,
    ])
      expect([path, (await world.client.get(path, { token })).body]).toEqual([
        path,
        { stories: [], total: 0, skip: 0, limit: 20 },
      ]);
    for (const path of [`/users/${person.id}/stories`, `/users/${person.id}/comments/stories`])
      expect([path, (await world.client.get(path, { token })).body]).toEqual([path, []]);
    expect((await world.client.get('/stories/storydive/slots?min_episodes=1', { token })).text).not.toContain('Unfind');
  }
  const { token } = person;
  expect((await world.client.get('/stories/my', { token })).body).toMatchObject({
    total: 1,
    stories: [{ id: hidden.id }],
  });
  expect((await world.client.get('/stories/my?search=unfindable-tag', { token })).body.total).toBe(1);
  for (const asking of [token, tokens.admin])
    expect((await world.client.get(`/users/${person.id}/stories`, { token: asking })).body).toMatchObject([
      { id: hidden.id },
    ]);
  expect((await world.client.get('/me/stories/liked', { token })).body).toEqual([]);
});
