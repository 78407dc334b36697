import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { flushViews } from '../../../src/modules/views/flush.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from '../characters/cast.ts';
import { makeStory } from './shelf.ts';

let world: World;
let owner: Person;
let stranger: Person;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  [owner, stranger, admin] = await Promise.all([signUp(world), signUp(world), signUpAdmin(world)]);
});
afterAll(() => world.close());

const nobody = '00000000-0000-7000-8000-000000000000';
const read = async (id: string, token = owner.token) => (await world.client.get(`/stories/${id}`, { token })).body;
const put = (id: string, body: unknown, { token = owner.token } = {}) =>
  world.client.put(`/stories/${id}`, body, { token });

describe('creating', () => {
  test('answers 200 with the story at the top level; texts are stored as they come, without the blanks around', async () => {
    const answer = await world.client.post(
      '/stories',
      {
        title: '  <b>Bees</b> & 1 < 2 ',
        content: '\n  <i>Once</i> the bees came back.  ',
        genre: ' Fantasy ',
        keywords: [' 로맨스 ', '', '  ', '#SF', '로맨스', 'cover:left', 'cover:right'],
        cover_url: '/static/a.png',
        unknown: 1,
      },
      { token: owner.token },
    );
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
    expect(answer.body).toMatchObject({
      creator_id: owner.id,
      title: '<b>Bees</b> & 1 < 2',
      content: '<i>Once</i> the bees came back.',
      genre: 'Fantasy',
      keywords: ['로맨스', '#SF'],
      tags: ['SF', '로맨스'],
      is_public: true,
      is_webtoon: false,
      is_origchat: false,
      cover_url: '/static/a.png',
      ...{ like_count: 0, view_count: 0, comment_count: 0, announcements: [], character_id: null },
    });
    expect(await read(answer.body.id)).toEqual({
      ...answer.body,
      creator_username: owner.username,
      creator_avatar_url: null,
      character_name: null,
      is_liked: false,
    });
  });

  test('ten keywords are kept; without any the genre is the tag; with neither there is none', async () => {
    const many = Array.from({ length: 14 }, (_, i) => `k${String.fromCharCode(97 + i)}`);
    expect((await makeStory(world, owner, { keywords: many })).tags).toEqual(many.slice(0, 10));
    expect((await makeStory(world, owner, { keywords: ['  '], genre: '무협' })).tags).toEqual(['무협']);
    expect((await makeStory(world, owner, { keywords: null, genre: 'cover:x' })).tags).toEqual([]);
    expect((await makeStory(world, owner)).tags).toEqual([]);
  });

  test('explicit nulls are as nothing', async () => {
    const nulls = {
      keywords: null,
      genre: null,
      is_public: null,
      is_webtoon: null,
      cover_url: null,
      character_id: null,
    };
    expect(await makeStory(world, owner, nulls)).toMatchObject({ is_public: true, is_webtoon: false, keywords: null });
  });

  test.each([
    ['no title', { title: undefined }],
    ['a blank title', { title: ' \n ' }],
    ['a long title', { title: 'x'.repeat(201) }],
    ['a short text', { content: `${' '.repeat(30)}nineteen characters` }],
    ['a long text', { content: 'x'.repeat(50_001) }],
    ['a long genre', { genre: 'x'.repeat(51) }],
    ['a long keyword', { keywords: ['x'.repeat(51)] }],
    ['keywords that are no list', { keywords: 'a,b' }],
    ['a long cover', { cover_url: `https://a.example/${'x'.repeat(500)}` }],
    ['a cover that runs', { cover_url: 'javascript:alert(1)' }],
    ['a cover from a host without https', { cover_url: '//a.example/x.png' }],
    ['no id of a character', { character_id: 'x' }],
  ])('422 for %s', async (_, fields) => {
    const body = { title: 'T', content: 'Once the bees came back from the sea.', ...fields };
    expect((await world.client.post('/stories', body, { token: owner.token })).status).toBe(422);
  });

  test('limits are meant after trimming', async () => {
    const blanks = ' '.repeat(20);
    const story = await makeStory(world, owner, {
      title: `${blanks}${'x'.repeat(200)}${blanks}`,
      content: 'y'.repeat(20),
    });
    expect(story.title).toBe('x'.repeat(200));
  });

  test('401 for guests; a character has to be there and to be seen', async () => {
    expect((await world.client.post('/stories', {})).status).toBe(401);
    const hidden = await makeCharacter(world, stranger, { publish_settings: { is_public: false } });
    const shown = await makeCharacter(world, stranger, { basic_info: { name: 'Ara' } });
    const create = (character_id: string) =>
      world.client.post(
        '/stories',
        { title: 'T', content: 'Once the bees came back from the sea.', character_id },
        { token: owner.token },
      );
    expect((await create(nobody)).status).toBe(404);
    expect((await create(hidden.id)).status).toBe(403);
    const made = (await create(shown.id)).body;
    expect((await read(made.id)).character_name).toBe('Ara');
    await world.client.patch(`/characters/${shown.id}/toggle-public`, {}, { token: stranger.token });
    expect((await read(made.id)).character_name).toBeNull();
    await world.client.delete(`/characters/${shown.id}`, { token: stranger.token });
    expect(await read(made.id)).toMatchObject({ character_id: null, character_name: null });
  });
});

test('new tags that many stories bring at once, in any order, are made once', async () => {
  const words = Array.from({ length: 6 }, (_, i) => `fresh-${crypto.randomUUID().slice(0, 8)}-${i}`);
  const made = await Promise.all(
    Array.from({ length: 12 }, (_, i) => makeStory(world, owner, { keywords: i % 2 ? words : [...words].reverse() })),
  );
  for (const { tags } of made) expect(tags).toEqual([...words].sort());
});

describe('changing', () => {
  test('only what is sent; keywords and tags survive what an edit page sends back', async () => {
    const { id } = await makeStory(world, owner, {
      keywords: ['bees', 'sea'],
      genre: 'Fantasy',
      cover_url: '/static/a.png',
    });
    const before = await read(id);
    world.clock.advance(5);
    const changed = await put(id, { title: 'New' });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ title: 'New', keywords: ['bees', 'sea'], tags: ['bees', 'sea'] });
    expect(Date.parse(changed.body.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    // What the edit page sends: everything it has loaded.
    const { title, content, genre, keywords, cover_url, is_webtoon } = await read(id);
    await put(id, { title, content, genre, keywords, cover_url, is_webtoon });
    expect(await read(id)).toMatchObject({ keywords: ['bees', 'sea'], tags: ['bees', 'sea'], genre: 'Fantasy' });
    await put(id, { keywords: ['sea', 'salt'] });
    expect(await read(id)).toMatchObject({ keywords: ['sea', 'salt'], tags: ['salt', 'sea'] });
    await put(id, { keywords: null });
    expect(await read(id)).toMatchObject({ keywords: null, tags: ['Fantasy'] });
    await put(id, { genre: null });
    expect(await read(id)).toMatchObject({ genre: null, tags: [] });
    await put(id, { cover_url: null, is_public: false });
    expect(await read(id)).toMatchObject({ cover_url: null, is_public: false });
  });

  test('an empty edit is none', async () => {
    const { id } = await makeStory(world, owner);
    const before = await world.client.get(`/stories/${id}`);
    world.clock.advance(5);
    for (const body of [{}, { unknown: 1 }]) {
      const answer = await put(id, body);
      expect([answer.status, answer.headers.get('etag')]).toEqual([200, before.headers.get('etag')]);
      expect(answer.body.updated_at).toBe(before.body.updated_at);
    }
  });

  test('a changed text makes what was derived from it stale, another change does not', async () => {
    const { id } = await makeStory(world, owner);
    await put(id, { title: 'New', content: 'Once the bees came back from the sea.' });
    expect((await read(id)).summary_version).toBe(1);
    await put(id, { content: 'Once the bees went off to the sea.' });
    expect((await read(id)).summary_version).toBe(2);
  });

  test.each([
    ['title', null],
    ['title', ' '],
    ['content', null],
    ['content', 'short'],
    ['is_public', null],
    ['is_webtoon', null],
    ['keywords', 'a'],
    ['genre', 'x'.repeat(51)],
    ['cover_url', `https://a.example/${'x'.repeat(500)}`],
    ['cover_url', 'data:image/svg+xml,x'],
  ])('422 for %s %p, and nothing changes', async (key, value) => {
    const { id } = await makeStory(world, owner);
    const before = await read(id);
    expect((await put(id, { keywords: ['other'], [key]: value })).status).toBe(422);
    expect(await read(id)).toEqual({ ...before, view_count: expect.any(Number) });
  });

  test('a cover that was there before covers were judged may be sent back; a blank one is none', async () => {
    const { id } = await makeStory(world, owner, { cover_url: '/static/a.png' });
    await world.ctx.db.pool.execute(`update stories set cover_url = 'http://old.example/a.png' where id = '${id}'`);
    expect((await put(id, { cover_url: 'http://old.example/a.png' })).status).toBe(200);
    expect((await put(id, { cover_url: 'http://old.example/b.png' })).body.code).toBe('story.bad_cover_url');
    expect((await put(id, { cover_url: ' ' })).body.cover_url).toBeNull();
  });

  test('administrators change visibility alone, by the keys they send; strangers nothing', async () => {
    const { id, title, updated_at } = await makeStory(world, owner);
    world.clock.advance(5);
    for (const body of [{ title }, { is_public: false, title }, { cover_url: null }, { keywords: [] }])
      expect((await put(id, body, { token: admin.token })).body).toMatchObject({
        code: 'story.only_visibility',
        status: 403,
      });
    const moderated = (await put(id, { is_public: false }, { token: admin.token })).body;
    expect(moderated).toMatchObject({ is_public: false, updated_at });
    expect((await put(id, {}, { token: admin.token })).status).toBe(200);
    for (const body of [{ is_public: true }, { title: 'x' }, {}])
      expect((await put(id, body, { token: stranger.token })).status).toBe(403);
    expect((await read(id)).is_public).toBe(false);
    for (const token of [owner.token, stranger.token, admin.token])
      expect((await put(nobody, { title: 'x' }, { token })).status).toBe(404);
    const own = await makeStory(world, admin);
    expect((await put(own.id, { title: 'Mine' }, { token: admin.token })).body.title).toBe('Mine');
  });
});

test('a page is counted as viewed after it has told the views; a refused one is not', async () => {
  const { id } = await makeStory(world, owner, { is_public: false });
  expect((await world.client.get(`/stories/${id}`)).status).toBe(403);
  expect((await read(id)).view_count).toBe(0);
  await Promise.all([...world.ctx.background]);
  await flushViews(world.ctx);
  expect((await read(id)).view_count).toBe(1);
  const mine = await world.client.get('/stories/my?limit=1', { token: owner.token });
  expect(mine.body.stories[0]).toMatchObject({ id, view_count: 1 });
});
