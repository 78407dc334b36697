import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter } from './cast.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
let other: Person;
const ids: Record<string, string> = {};
const names = (list: { name: string }[]) => list.map(({ name }) => name);
const list = async (query: string) => (await world.client.get(`/characters/?${query}`)).body;

beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  [owner, other] = await Promise.all([signUp(world), signUp(world)]);
  const make = async (name: string, basic: object = {}, tags: string[] = [], more: object = {}) => {
    world.clock.advance(10);
    const { id } = await makeCharacter(world, owner, { basic_info: { name, description: null, ...basic }, ...more });
    ids[name] = id;
    if (tags.length > 0)
      expect((await world.client.put(`/characters/${id}/tags`, { tags }, { token: owner.token })).status).toBe(200);
  };
  await make('용사 하나', { description: '마법 학교 이야기 100%_\\x' }, ['남성', '일상']);
  await make('Béa', { character_type: 'simulator', start_sets: { sim_options: { max_turns: 120 } } }, [
    '여성',
    '일상',
    '판타지',
  ]);
  await make('Cleo', { character_type: 'custom', description: 'likes rain' }, ['판타지']);
  await make('Hidden', {}, ['일상'], { publish_settings: { is_public: false } });
  await make('Off');
  await make('Of an open story');
  await make('Of a private story');
  await make('Of a deleted story');
  const [open, hidden, gone] = await sql`
    insert into stories (id, creator_id, title, content, is_public, deleted_at) values
      (gen_random_uuid(), ${owner.id}, 'Open', 'once', true, null), (gen_random_uuid(), ${owner.id}, 'Private', 'once', false, null),
      (gen_random_uuid(), ${owner.id}, '', '', false, now()) returning id`;
  await sql`update characters set is_active = false where id = ${ids.Off as string}`;
  for (const [name, story] of [
    ['Of an open story', open],
    ['Of a private story', hidden],
    ['Of a deleted story', gone],
  ] as const)
    await sql`update characters set origin_story_id = ${story?.id} where id = ${ids[name] as string}`;
  await sql`update characters set like_count = 5, chat_count = 1, source_type = 'IMPORTED' where id = ${ids.Cleo as string}`;
  await sql`update characters set like_count = 1, chat_count = 9 where id = ${ids.Béa as string}`;
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

describe('GET /characters', () => {
  test('shows what is public, active and of no private or deleted story; most liked first', async () => {
    expect(names(await list(''))).toEqual(['Cleo', 'Béa', 'Of an open story', '용사 하나']);
    const [first] = await list('limit=1&skip=1');
    expect(first).toMatchObject({
      id: ids.Béa,
      creator_id: owner.id,
      creator_username: owner.username,
      character_type: 'simulator',
      max_turns: 120,
      tags: ['여성', '일상', '판타지'].sort(),
      is_origchat: false,
      origin_story_title: null,
      thumbnail_url: null,
    });
    expect((await list(''))[2]).toMatchObject({ is_origchat: true, origin_story_title: 'Open' });
  });

  test.each([
    ['sort=views', ['Béa', 'Cleo', 'Of an open story', '용사 하나']],
    [`sort=${encodeURIComponent('조회수')}`, ['Béa', 'Cleo', 'Of an open story', '용사 하나']],
    ['sort=chats&limit=1', ['Béa']],
    ['sort=recent', ['Of an open story', 'Cleo', 'Béa', '용사 하나']],
    ['sort=nonsense', ['Cleo', 'Béa', 'Of an open story', '용사 하나']],
    ['sort=recent&skip=2&limit=1', ['Béa']],
    ['tags=일상', ['Béa', '용사 하나']],
    ['tags=%23일상,판타지,일상', ['Béa']],
    ['tags=일상,nobody-has-this', []],
    ['tags=시뮬', ['Béa']],
    ['tags=롤플,커스텀', ['Cleo', 'Of an open story', '용사 하나']],
    ['tags=시뮬,판타지', ['Béa']],
    ['gender=male', ['용사 하나']],
    ['gender=F', ['Béa']],
    ['gender=기타', ['Cleo', 'Of an open story']],
    ['gender=whatever&limit=1', ['Cleo']],
    ['only=origchat', ['Of an open story']],
    ['only=regular', ['Béa', '용사 하나']],
    ['only=nonsense&limit=1', ['Cleo']],
    ['source_type=IMPORTED', ['Cleo']],
    ['search=마법', ['용사 하나']],
    ['search=%20%20학교%20', ['용사 하나']],
    ['search=LIKES%20r', ['Cleo']],
    ['search=100%25_', ['용사 하나']],
    ['search=%25%25', []],
    ['search=__', []],
    ['search=%5Cx', ['용사 하나']],
    ['search=be%CC%81a', ['Béa']],
    ['search=b', ['Béa']],
    ['search=%EC%9A%A9', ['용사 하나']],
    ['search=e', []],
    ['search=%23판타지', ['Cleo', 'Béa']],
    ['search=%00%00', ['Cleo', 'Béa', 'Of an open story', '용사 하나']],
    ['search=private', []],
    ['search=zzzz', []],
  ])('%s', async (query, expected) => {
    expect(names(await list(encodeURI(query).replaceAll('%25', '%')))).toEqual(expected as string[]);
  });

  test('a creator’s page: newest first, or as asked; also by name', async () => {
    expect(names(await list(`creator_id=${owner.id}`))).toEqual(['Of an open story', 'Cleo', 'Béa', '용사 하나']);
    expect(names(await list(`creator_id=${owner.id}&sort=likes&limit=1`))).toEqual(['Cleo']);
    expect(await list(`creator_id=${other.id}`)).toEqual([]);
    expect(await list(`search=@${owner.username}`)).toHaveLength(4);
  });

  test.each([
    ['limit=0'],
    ['limit=101'],
    ['skip=-1'],
    ['skip=10001'],
    ['limit=x'],
    ['creator_id=x'],
    ['source_type=OTHER'],
    [`search=${'x'.repeat(101)}`],
    [`tags=${'x'.repeat(501)}`],
  ])('%s is a 422', async (query) => {
    const answer = await world.client.get(`/characters?${query}`);
    expect([answer.status, typeof answer.body.detail]).toEqual([422, 'string']);
  });

  test('a search follows changes of name, tags and creator', async () => {
    const person = await signUp(world);
    const { id } = await makeCharacter(world, person, { basic_info: { name: 'Quincunx' } });
    const finds = async (word: string) => names(await list(`search=${encodeURIComponent(word)}`)).includes('Zephyrine');
    await world.client.put(`/characters/${id}`, { name: 'Zephyrine' }, { token: person.token });
    expect(await finds('quincunx')).toBe(false);
    expect(await finds('ephyr')).toBe(true);
    await world.client.put(`/characters/${id}/tags`, { tags: ['모래시계'] }, { token: person.token });
    expect(await finds('#모래')).toBe(true);
    await world.client.put(`/characters/${id}/tags`, { tags: [] }, { token: person.token });
    expect(await finds('모래')).toBe(false);
    expect(
      (await world.client.put(`/users/${person.id}`, { username: 'Xylophonist' }, { token: person.token })).status,
    ).toBe(200);
    expect(await finds('@xylophon')).toBe(true);
    await world.client.delete(`/characters/${id}`, { token: person.token });
    expect(await finds('ephyr')).toBe(false);
  });
});

test('pages meet every character once, also when all sort keys are equal', async () => {
  const person = await signUp(world);
  await Promise.all(
    Array.from({ length: 12 }, (_, i) => makeCharacter(world, person, { basic_info: { name: `n${i}` } })),
  );
  await sql`update characters set created_at = now() where creator_id = ${person.id}`;
  const seen: string[] = [];
  for (let skip = 0; skip < 15; skip += 5)
    seen.push(
      ...(await list(`creator_id=${person.id}&sort=likes&limit=5&skip=${skip}`)).map(({ id }: { id: string }) => id),
    );
  expect(new Set(seen).size).toBe(12);
  expect(seen).toHaveLength(12);
});

test('GET /characters/my: everything of one’s own, newest first, nothing of others', async () => {
  const mine = await world.client.get('/characters/my?limit=100', { token: owner.token });
  expect(names(mine.body)).toEqual([
    'Of a deleted story',
    'Of a private story',
    'Of an open story',
    'Off',
    'Hidden',
    'Cleo',
    'Béa',
    '용사 하나',
  ]);
  expect(mine.body.slice(0, 3).map((item: { origin_story_title: string }) => item.origin_story_title)).toEqual([
    null,
    'Private',
    'Open',
  ]);
  expect(names((await world.client.get('/characters/my?only=origchat', { token: owner.token })).body)).toHaveLength(3);
  expect((await world.client.get('/characters/my', { token: other.token })).body).toEqual([]);
  expect((await world.client.get('/characters/my')).status).toBe(401);
  expect((await world.client.get('/characters/my?limit=0', { token: other.token })).status).toBe(422);
});
