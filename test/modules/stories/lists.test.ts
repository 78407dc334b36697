import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { newId } from '../../../src/lib/ids.ts';
import { makeCharacter } from '../../harness/chat.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeStory } from './shelf.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
beforeEach(async () => {
  owner = await signUp(world);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

type Item = Record<string, unknown> & { id: string; title: string };
const list = async (query: string, token?: string) => {
  const answer = await world.client.get(`/stories${query}`, { token });
  if (answer.status !== 200) throw new Error(`${query}: ${answer.text}`);
  return answer.body as { stories: Item[]; total: number; skip: number; limit: number };
};
const titles = async (query: string) => (await list(query)).stories.map(({ title }) => title);
/** Stories one second apart, the last one the newest. */
async function make(...all: Record<string, unknown>[]) {
  const made: Item[] = [];
  for (const fields of all) {
    made.push(await makeStory(world, owner, fields));
    world.clock.advance(1);
  }
  return made;
}

describe('GET /stories', () => {
  test('an entry has everything a card shows', async () => {
    const [story] = await make({
      title: 'Card',
      content: `  One\n\n  line   ${'long '.repeat(60)}`,
      keywords: ['b', 'a'],
      genre: 'Fantasy',
      cover_url: '/static/c.png',
    });
    const id = story?.id as string;
    const [shown, hidden, off] = [
      await makeCharacter(world, owner, { name: 'Mina', originStoryId: id, avatarUrl: '/static/m.png' }),
      await makeCharacter(world, owner, { name: 'Hidden', originStoryId: id, isPublic: false }),
      await makeCharacter(world, owner, { name: 'Off', originStoryId: id }),
    ];
    await sql`update characters set is_active = false where id = ${off}`;
    const row = (name: string, character_id: string | null, order_index: number, avatar_url: string | null = null) => ({
      ...{ id: newId(), story_id: id, name, initial: name[0], character_id, order_index, avatar_url },
    });
    const own = await makeCharacter(world, owner, {
      name: 'Own',
      originStoryId: id,
      avatarUrl: '/static/not-this.png',
    });
    const rows = [
      row('Own', own, 2, '/static/o.png'),
      row('Hidden', hidden, 1),
      row('Mina', shown, 0),
      row('Off', off, 3),
      row('Nobody', null, 4),
    ];
    await sql`insert into story_extracted_characters ${sql(rows)}`;
    const last = new Date('2026-01-02T03:04:05.678Z');
    await sql`update stories set chapter_count = 3, last_chapter_at = ${last}, view_total = 12, view_count = 2 where id = ${id}`;
    const [item] = (await list(`?creator_id=${owner.id}`)).stories;
    expect(item).toEqual({
      ...{ id, creator_id: owner.id, title: 'Card', genre: 'Fantasy', tags: ['a', 'b'], cover_url: '/static/c.png' },
      ...{ is_public: true, is_origchat: false, is_webtoon: false, like_count: 0, view_count: 12, comment_count: 0 },
      ...{ created_at: story?.created_at, updated_at: story?.updated_at, creator_username: owner.username },
      ...{ creator_avatar_url: null, character_name: null, episode_count: 3 },
      excerpt: `One line ${'long '.repeat(60)}`.slice(0, 140),
      latest_chapter_created_at: last.toISOString(),
      extracted_characters: [
        { id: rows[2]?.id, character_id: shown, name: 'Mina', initial: 'M', avatar_url: '/static/m.png' },
        { id: rows[0]?.id, character_id: own, name: 'Own', initial: 'O', avatar_url: '/static/o.png' },
      ],
    });
  });

  test('orders: likes by default, views, newest chapter or edit; words of both languages', async () => {
    const [a, b, c] = await make({ title: 'A' }, { title: 'B' }, { title: 'C' });
    await sql`update stories set like_count = 2, view_total = 1 where id = ${a?.id as string}`;
    await sql`update stories set like_count = 1, view_total = 9 where id = ${b?.id as string}`;
    await sql`update stories set last_chapter_at = now() + interval '1 hour' where id = ${b?.id as string}`;
    const by = `creator_id=${owner.id}`;
    for (const sort of ['', '&sort=likes', '&sort=like', '&sort=좋아요', '&sort=nonsense'])
      expect([sort, await titles(`?${by}${sort}`)]).toEqual([sort, ['A', 'B', 'C']]);
    for (const sort of ['views', 'view', 'VIEWS', '조회수'])
      expect([sort, await titles(`?${by}&sort=${sort}`)]).toEqual([sort, ['B', 'A', 'C']]);
    for (const sort of ['recent', 'latest', 'created_at', '최신'])
      expect([sort, await titles(`?${by}&sort=${sort}`)]).toEqual([sort, ['B', 'C', 'A']]);
    world.clock.advance(10);
    await world.client.put(`/stories/${a?.id}`, { title: 'A2' }, { token: owner.token });
    expect(await titles(`?${by}&sort=recent`)).toEqual(['B', 'A2', 'C']);
    expect(c?.title).toBe('C');
  });

  test('filters: any of the tags in any case, genre, only', async () => {
    const [a] = await make(
      { title: 'A', keywords: ['Fantasy', '무협'], genre: 'g1' },
      { title: 'B', keywords: ['무협'], genre: 'g2' },
      { title: 'C', keywords: ['other'], genre: 'g1' },
    );
    await sql`update stories set is_origchat = true where id = ${a?.id as string}`;
    const by = `creator_id=${owner.id}&sort=recent`;
    expect(await titles(`?${by}&tags=fantasy`)).toEqual(['A']);
    expect(await titles(`?${by}&tags=%20%23무협%20,FANTASY,nobody-has-this`)).toEqual(['B', 'A']);
    expect(await list(`?${by}&tags=nobody-has-this`)).toEqual({ stories: [], total: 0, skip: 0, limit: 20 });
    expect(await titles(`?${by}&tags=,`)).toEqual(['C', 'B', 'A']);
    expect(await titles(`?${by}&genre=g1`)).toEqual(['C', 'A']);
    for (const only of ['origchat', 'original_chat', 'origin'])
      expect(await titles(`?${by}&only=${only}`)).toEqual(['A']);
    for (const only of ['webnovel', 'novel', 'story']) expect(await titles(`?${by}&only=${only}`)).toEqual(['C', 'B']);
    expect(await titles(`?${by}&only=anything`)).toEqual(['C', 'B', 'A']);
  });

  test('search: title, text, tags, creator; two syllables; percent and underscore are themselves', async () => {
    await make(
      { title: '서울의 밤', content: 'A Lighthouse keeper tells of the sea.' },
      { title: '100%_sure', content: '등대지기가 바다에 대해 이야기를 들려준다. 끝.', keywords: ['양봉'] },
    );
    const by = `creator_id=${owner.id}&sort=recent`;
    const cases: [string, string[]][] = [
      ['서울', ['서울의 밤']],
      ['울의', ['서울의 밤']],
      ['LIGHTHOUSE', ['서울의 밤']],
      ['등대', ['100%_sure']],
      ['양봉', ['100%_sure']],
      ['#양봉', ['100%_sure']],
      ['%_', ['100%_sure']],
      ['0%', ['100%_sure']],
      ['_%', []],
      ['서', ['서울의 밤']],
      ['밤', []],
      [owner.username, ['100%_sure', '서울의 밤']],
      [`@${owner.username}`, ['100%_sure', '서울의 밤']],
      ['   ', ['100%_sure', '서울의 밤']],
      ['없는말이다', []],
      ["'; drop table stories; --", []],
    ];
    for (const [search, expected] of cases)
      expect([search, await titles(`?${by}&search=${encodeURIComponent(search)}`)]).toEqual([search, expected]);
  });

  test('what is searched follows every change', async () => {
    const [story] = await make({ title: 'Before', keywords: ['oldword'] });
    const found = async (word: string) => (await list(`?search=${word}`)).total;
    const put = (fields: object) => world.client.put(`/stories/${story?.id}`, fields, { token: owner.token });
    await put({ title: 'Zanzibarian' });
    expect(await found('zanzibarian')).toBe(1);
    await put({ keywords: ['kumquatish'] });
    expect([await found('oldword'), await found('kumquatish')]).toEqual([0, 1]);
    const renamed = `newname-${newId().slice(-8)}`;
    await world.client.put(`/users/${owner.id}`, { username: renamed }, { token: owner.token });
    expect(await found(renamed)).toBe(1);
    await put({ is_public: false });
    expect(await found(renamed)).toBe(0);
  });

  test('total is all that fit, on every page; pages neither overlap nor miss', async () => {
    await make(...Array.from({ length: 7 }, (_, i) => ({ title: `T${i}`, keywords: ['paged', `p${i % 2}`] })));
    const by = `creator_id=${owner.id}`;
    const seen: string[] = [];
    for (let skip = 0; skip < 9; skip += 3) {
      const page = await list(`?${by}&skip=${skip}&limit=3`);
      expect([page.total, page.skip, page.limit]).toEqual([7, skip, 3]);
      seen.push(...page.stories.map(({ title }) => title));
    }
    expect(seen).toEqual(['T6', 'T5', 'T4', 'T3', 'T2', 'T1', 'T0']);
    expect(await list(`?${by}&skip=50`)).toMatchObject({ stories: [], total: 7 });
    expect((await list(`?${by}&tags=p0,p1,paged&limit=2`)).total).toBe(7);
    expect((await list(`?${by}&search=paged&limit=2`)).total).toBe(7);
    for (const query of ['skip=-1', 'limit=0', 'limit=101', 'skip=10001', 'creator_id=x', `search=${'x'.repeat(101)}`])
      expect([query, (await world.client.get(`/stories?${query}`)).status]).toEqual([query, 422]);
  });
});

test('GET /stories/my: private ones too, newest first; search looks through all of the text and the character', async () => {
  const character = await makeCharacter(world, owner, { name: '바리스타' });
  await make(
    { title: 'A', content: `${'x '.repeat(3_000)} needle at the end`, is_public: false },
    { title: 'B', character_id: character },
    { title: 'C', keywords: ['태그말'] },
  );
  const mine = (query = '') => list(`/my${query}`, owner.token);
  expect((await mine()).stories.map(({ title }) => title)).toEqual(['C', 'B', 'A']);
  const found = async (search: string) => (await mine(`?search=${search}`)).stories.map(({ title }) => title);
  expect(await found('needle at')).toEqual(['A']);
  expect(await found('바리')).toEqual(['B']);
  expect(await found('%23태그말')).toEqual(['C']);
  expect(await found('nothing-like-it')).toEqual([]);
  expect((await mine('?limit=1')).total).toBe(3);
  const other = await signUp(world);
  expect((await list('/my', other.token)).total).toBe(0);
  expect((await world.client.get('/stories/my')).status).toBe(401);
});
