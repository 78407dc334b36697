import { afterAll, beforeAll, expect, test } from 'bun:test';
import postgres from 'postgres';
import { keys } from '../../../src/redis/keys.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeStory } from './shelf.ts';

let world: World;
let sql: postgres.Sql;
let owner: Person;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
  owner = await signUp(world);
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

async function make(title: string, { chapters = 10, views = 0, starts = 0, ...fields }: Record<string, unknown> = {}) {
  const { id } = await makeStory(world, owner, { title, cover_url: '/static/x.png', ...fields });
  await sql`update stories set chapter_count = ${chapters as number}, view_total = ${views as number} where id = ${id}`;
  if (starts) await world.ctx.redis.commands.set(keys.storyStarts(id), Number(starts));
  return id as string;
}
const slots = async (query = '') => (await world.client.get(`/stories/storydive/slots${query}`)).body;

test('the least begun first, then views for an episode, then all views; only what can be dived into', async () => {
  await make('often begun', { views: 9_000, starts: 3 });
  await make('many views', { views: 500, chapters: 100 });
  await make('few but read', { views: 200, chapters: 10 });
  await make('as read, longer', { views: 400, chapters: 20 });
  await make('too short', { chapters: 9 });
  await make('no cover', { cover_url: null });
  await make('a webtoon', { is_webtoon: true });
  await make('private', { is_public: false });
  const all = await slots();
  expect(all.map(({ title }: { title: string }) => title)).toEqual([
    'as read, longer',
    'few but read',
    'many views',
    'often begun',
  ]);
  expect(all[0]).toEqual({
    ...{ id: expect.any(String), title: 'as read, longer', cover_url: '/static/x.png' },
    ...{ excerpt: 'Once the bees came back from the sea.', episode_count: 20 },
    ...{ total_views: 400, avg_views: 20, origchat_starts: 0 },
  });
  expect(all[3].origchat_starts).toBe(3);
  expect(await slots('?limit=2')).toHaveLength(2);
  expect((await slots('?min_episodes=9')).map(({ title }: { title: string }) => title)).toContain('too short');
  for (const query of ['limit=0', 'limit=31', 'min_episodes=0', 'min_episodes=201'])
    expect((await world.client.get(`/stories/storydive/slots?${query}`)).status).toBe(422);
  expect((await world.client.get('/storydive/sessions/recent?limit=5')).body).toEqual([]);
});
