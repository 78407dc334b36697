import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { ensureDefaultTags } from '../../../src/modules/tags/tags.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from './cast.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
let admin: { token: string };
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [owner, admin] = await Promise.all([signUp(world), signUpAdmin(world)]);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});
const slugs = (list: { slug: string }[]) => list.map(({ slug }) => slug);
const put = (id: string, tags: unknown, token: string | undefined = owner.token) =>
  world.client.put(`/characters/${id}/tags`, { tags }, { token });

test('default tags: the load-bearing ones are among them, seeding again adds none', async () => {
  expect(await ensureDefaultTags(world.ctx)).toBeGreaterThan(60);
  expect(await ensureDefaultTags(world.ctx)).toBe(0);
  const all = (await world.client.get('/tags/')).body;
  expect(slugs(all)).toEqual(
    expect.arrayContaining([
      '남성',
      '여성',
      '롤플',
      '시뮬',
      '커스텀',
      '일상',
      '남성향',
      '여성향',
      '전체',
      '애니풍',
      '실사풍',
      '반실사',
      '아트웤',
    ]),
  );
  const names = all.map(({ name }: { name: string }) => name);
  expect(names).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

test('a keyword of a private work is told to nobody, before it is public and after it is gone', async () => {
  const word = `secret${crypto.randomUUID().slice(0, 8)}`;
  const listed = async () => slugs((await world.client.get('/tags')).body).filter((slug) => slug.startsWith(word));
  const { token } = owner;
  const story = {
    title: 'Tale',
    content: 'Once upon a time, somewhere.',
    keywords: [`${word}-story`],
    is_public: false,
  };
  const { id: storyId } = (await world.client.post('/stories', story, { token })).body;
  const { id } = await makeCharacter(world, owner, { publish_settings: { is_public: false } });
  expect((await put(id, [`${word}-character`])).status).toBe(200);
  expect(await listed()).toEqual([]);
  await world.client.put(`/stories/${storyId}`, { is_public: true }, { token });
  await world.client.patch(`/characters/${id}/toggle-public`, undefined, { token });
  expect((await listed()).sort()).toEqual([`${word}-character`, `${word}-story`]);
  await world.client.delete(`/stories/${storyId}`, { token });
  await world.client.delete(`/characters/${id}`, { token });
  expect(await listed()).toEqual([]);
  // An administrator may want it for everybody.
  const taken = await world.client.post('/tags', { name: 'Shown', slug: `${word}-story` }, { token: admin.token });
  expect([taken.status, taken.body.name]).toEqual([201, 'Shown']);
  expect(await listed()).toEqual([`${word}-story`]);
  expect(
    (await world.client.post('/tags', { name: 'Again', slug: `${word}-story` }, { token: admin.token })).status,
  ).toBe(400);
});

describe('tags of a character', () => {
  test('are replaced as a whole; repeated slugs are one, unknown ones are made', async () => {
    const { id } = await makeCharacter(world, owner);
    const first = await put(id, ['일상', ' 일상 ', '#새로운것', '아트웤', '  ']);
    expect([first.status, slugs(first.body).sort()]).toEqual([200, ['새로운것', '아트웤', '일상']]);
    expect((await world.client.get(`/characters/${id}`)).body.tags).toEqual(['새로운것', '아트웤/디자인', '일상']);
    expect(slugs((await put(id, ['판타지'])).body)).toEqual(['판타지']);
    expect(slugs((await world.client.get(`/characters/${id}/tags`)).body)).toEqual(['판타지']);
    expect((await put(id, [])).body).toEqual([]);
  });

  test('layout marks are refused, hidden and left alone', async () => {
    const { id } = await makeCharacter(world, owner);
    expect((await put(id, ['일상', 'cover:1'])).body.code).toBe('tag.reserved');
    const [mark] =
      await sql`insert into tags (id, name, slug, created_at) values (gen_random_uuid(), 'c', 'cover:9', now()) returning id`;
    await sql`insert into character_tags values (${id}, ${mark?.id})`;
    expect(slugs((await put(id, ['일상'])).body)).toEqual(['일상']);
    for (const path of ['/tags', '/tags/used', `/characters/${id}/tags`])
      expect(slugs((await world.client.get(path)).body)).not.toContain('cover:9');
    expect(await sql`select 1 from character_tags where tag_id = ${mark?.id}`).toHaveLength(1);
    expect((await world.client.delete(`/tags/${mark?.id}`, { token: admin.token })).body.code).toBe('tag.reserved');
  });

  test('limits and rights', async () => {
    const { id } = await makeCharacter(world, owner);
    const stranger = await signUp(world);
    for (const bad of [['x'.repeat(51)], Array(21).fill('x'), 'x', [1], null])
      expect((await put(id, bad)).status).toBe(422);
    expect((await put(id, ['x'], stranger.token)).status).toBe(403);
    expect((await put(id, ['x'], admin.token)).status).toBe(403);
    expect((await put('00000000-0000-7000-8000-000000000000', ['x'])).status).toBe(404);
    expect((await world.client.put(`/characters/${id}/tags`, { tags: [] })).status).toBe(401);
  });

  test('the same new tags on many characters at once, in any order: one row each, nobody fails', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => makeCharacter(world, owner)));
    const fresh = ['parallel-a', 'parallel-b', 'parallel-c', 'parallel-d'];
    const answers = await Promise.all(
      made.flatMap(({ id }, i) => [put(id, i % 2 ? fresh : [...fresh].reverse()), put(id, fresh.slice(i % 4))]),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await sql`select 1 from tags where slug like 'parallel-%'`).toHaveLength(4);
    for (const { id } of made) {
      const [row] =
        await sql`select document, (select count(*)::int from character_tags where character_id = ${id}) as links from character_searches where character_id = ${id}`;
      expect(row?.document.match(/parallel-./g)?.length).toBe(2 * row?.links);
    }
  });
});

describe('/tags', () => {
  test('used ones: of public characters only, the most used first', async () => {
    const own = await createWorld();
    const person = await signUp(own);
    const tagged = async (name: string, tags: string[], sections: object = {}) => {
      const { id } = await makeCharacter(own, person, { basic_info: { name }, ...sections });
      await own.client.put(`/characters/${id}/tags`, { tags }, { token: person.token });
    };
    await tagged('1', ['b', 'a']);
    await tagged('2', ['b']);
    await tagged('3', ['b', 'a', 'z'], { publish_settings: { is_public: false } });
    expect(slugs((await own.client.get('/tags/used')).body)).toEqual(['b', 'a']);
    expect(slugs((await own.client.get('/tags/used?limit=1')).body)).toEqual(['b']);
    expect((await own.client.get('/tags/used?limit=501')).status).toBe(422);
    await own.close();
  });

  test('making: administrators only, unique slug, no layout mark, nothing blank', async () => {
    const make = (body: object, token?: string) => world.client.post('/tags', body, { token });
    const made = await make({ name: ' Rain ', slug: '#rain', emoji: '🌧️' }, admin.token);
    expect([made.status, made.body.name, made.body.slug, made.body.emoji]).toEqual([201, 'Rain', 'rain', '🌧️']);
    expect((await make({ name: 'x', slug: 'rain' }, admin.token)).body.code).toBe('tag.slug_taken');
    const race = await Promise.all(Array.from({ length: 6 }, () => make({ name: 'x', slug: 'race' }, admin.token)));
    expect(race.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400]);
    expect((await make({ name: 'x', slug: 'COVER:x' }, admin.token)).body.code).toBe('tag.reserved');
    for (const bad of [
      { name: ' ', slug: 'x' },
      { name: 'x', slug: ' # ' },
      { name: 'x'.repeat(51), slug: 'x' },
      { slug: 'x' },
    ])
      expect((await make(bad, admin.token)).status).toBe(422);
    expect((await make({ name: 'x', slug: 'y' }, owner.token)).status).toBe(403);
    expect((await make({ name: 'x', slug: 'y' })).status).toBe(401);
  });

  test('deleting: not a default one, not a used one, not by others', async () => {
    const { body: free } = await world.client.post('/tags', { name: 'f', slug: 'free' }, { token: admin.token });
    const gone = (id: string, token?: string) => world.client.delete(`/tags/${id}`, { token });
    expect((await gone(free.id, owner.token)).status).toBe(403);
    expect((await gone(free.id)).status).toBe(401);
    expect((await gone('x', admin.token)).body).toMatchObject({ status: 400, code: 'tag.bad_id' });
    expect((await gone(free.id, admin.token)).status).toBe(204);
    expect((await gone(free.id, admin.token)).status).toBe(404);
    const [standard] = await sql`select id from tags where slug = '일상'`;
    expect((await gone(standard?.id, admin.token)).body.code).toBe('tag.default');
    const { id } = await makeCharacter(world, owner);
    const [used] = (await put(id, ['in-use'])).body;
    const refused = await gone(used.id, admin.token);
    expect([refused.body.code, refused.body.detail.includes('1')]).toEqual(['tag.in_use', true]);
  });
});

test('however many tags the keywords of writers have made, the default ones stay in the list', async () => {
  await ensureDefaultTags(world.ctx);
  const before = slugs((await world.client.get('/tags')).body);
  await sql`insert into tags (id, name, slug, created_at)
    select ('ffffffff-ffff-7fff-bfff-' || lpad(n::text, 12, '0'))::uuid, '!' || n, '!' || n, now() from generate_series(1, 3000) n`;
  // A new release brings one more default tag, later than all of these.
  await sql`update tags set id = 'ffffffff-ffff-7fff-bfff-999999999999' where slug = '실사풍'`;
  const after = slugs((await world.client.get('/tags')).body);
  expect(after.length).toBeWithin(2_000, 2_500);
  expect(after).toEqual(expect.arrayContaining(before));
  await sql`delete from tags where slug like '!%'`;
});
