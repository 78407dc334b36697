import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { newId } from '../../../src/lib/ids.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter } from '../characters/cast.ts';

let world: World;
let person: Person;
beforeAll(async () => {
  world = await createWorld();
  person = await signUp(world);
  await makeCharacter(world, person);
  await makeCharacter(world, person);
  await makeCharacter(world, person, { publish_settings: { is_public: false } });
  const [shown, hidden] = [await story(), await story({ isPublic: false })];
  await Promise.all([
    story({ isWebtoon: true }),
    story({ isOrigchat: true }),
    story({ isPublic: false, deleted: true }),
  ]);
  for (const storyId of [shown, shown, hidden]) {
    const { id } = await makeCharacter(world, person);
    await world.ctx.db.pool.execute(sql`update characters set origin_story_id = ${storyId} where id = ${id}`);
  }
});
afterAll(() => world.close());
afterEach(async () => {
  await world.ctx.redis.commands.flushdb();
});

const get = async (query = '', client = world.client) => client.get(`/metrics/content-counts${query}`);
const today = () => new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
const key = () => `metrics:content_counts:${today()}`;
const empty = { regular_characters: 0, origchat_characters: 0, webnovels: 0 };

async function story(
  fields: { isPublic?: boolean; isWebtoon?: boolean; isOrigchat?: boolean; deleted?: boolean } = {},
) {
  const id = newId();
  await world.ctx.db.pool.execute(sql`
    insert into stories (id, creator_id, title, content, is_public, is_webtoon, is_origchat, deleted_at)
    values (${id}, ${person.id}, 't', 'c', ${fields.isPublic ?? true}, ${fields.isWebtoon ?? false},
      ${fields.isOrigchat ?? false}, case when ${fields.deleted ?? false} then now() end)`);
  return id;
}

test('nothing is counted as nothing, and never cached', async () => {
  const bare = await createWorld();
  expect((await get('', bare.client)).body).toEqual({ day: today(), counts: empty, total: 0, cached: false });
  expect(await bare.ctx.redis.commands.keys('metrics:*')).toEqual([]);
  await bare.close();
});

test('what is public is counted by kind, then cached for a minute', async () => {
  const counts = { regular_characters: 2, origchat_characters: 2, webnovels: 1 };
  expect((await get('?use_cache=false')).body).toEqual({ day: today(), counts, total: 5, cached: false });
  expect(await world.ctx.redis.commands.exists(key())).toBe(0);
  expect((await get()).body).toEqual({ day: today(), counts, total: 5, cached: false });
  expect(await world.ctx.redis.commands.ttl(key())).toBeWithin(1, 61);
  expect((await get()).body).toEqual({ day: today(), counts, total: 5, cached: true });
  // The day is an echo: it chooses no key.
  expect((await get('?day=20240229')).body).toMatchObject({ day: '20240229', cached: true });
  for (const bad of ['20230229', 'x', '', '2024-02-29', '*'])
    expect((await get(`?day=${bad}`)).body).toMatchObject({ day: today(), cached: true });
  expect(await world.ctx.redis.commands.keys('metrics:*')).toEqual([key()]);
});

test.each([
  ['no JSON', '{'],
  ['another shape', '{"total": 3}'],
  ['no total', '{"counts": {"regular_characters": 1, "origchat_characters": 1, "webnovels": 1}}'],
  ['a total of zero', JSON.stringify({ total: 0, counts: empty })],
  ['a count that is no number', JSON.stringify({ total: 3, counts: { ...empty, webnovels: '3' } })],
  ['null', 'null'],
])('a cached value is not believed when it is %s', async (_, text) => {
  await world.ctx.redis.commands.set(key(), text);
  expect((await get()).body).toMatchObject({ total: 5, cached: false });
});

/** Counts the statements that the pool sends, and refuses those that match. */
function watchQueries(ctx: World['ctx'], refuse?: RegExp) {
  const { $client } = ctx.db.pool as unknown as { $client: { unsafe: (...args: unknown[]) => unknown } };
  const send = $client.unsafe;
  const sent: string[] = [];
  $client.unsafe = (...args) => {
    const text = String(args[0]);
    if (/count\(\*\)/.test(text)) sent.push(text);
    return send.call($client, refuse?.test(text) ? 'select 1/0 as n' : args[0], ...args.slice(1));
  };
  return {
    sent,
    stop: () => {
      $client.unsafe = send;
    },
  };
}

test('a stampede counts once', async () => {
  for (const query of ['', '?use_cache=false']) {
    const watched = watchQueries(world.ctx);
    const answers = await Promise.all(Array.from({ length: 200 }, () => get(query)));
    watched.stop();
    expect(answers.filter(({ status, body }) => status === 200 && body.total === 5)).toHaveLength(200);
    expect(watched.sent).toHaveLength(3);
  }
});

test('a count that fails is zero, the others are told, and nothing of it is cached', async () => {
  const watched = watchQueries(world.ctx, /is_webtoon/);
  const answer = await get();
  watched.stop();
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      day: today(),
      counts: { regular_characters: 2, origchat_characters: 2, webnovels: 0 },
      total: 4,
      cached: false,
    },
  ]);
  expect(await world.ctx.redis.commands.exists(key())).toBe(0);
  expect((await get()).body).toMatchObject({ total: 5, cached: false });
});

test('without Redis, and without Postgres, it is still 200', async () => {
  const { ctx, client } = await world.secondInstance();
  ctx.redis.commands.disconnect();
  expect((await get('', client)).body).toMatchObject({ total: 5, cached: false });
  await ctx.db.close();
  const answer = await get('', client);
  expect([answer.status, answer.body]).toEqual([200, { day: today(), counts: empty, total: 0, cached: false }]);
});
