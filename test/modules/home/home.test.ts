import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { newId } from '../../../src/lib/ids.ts';
import { rollUpMetrics } from '../../../src/modules/metrics/roll-up.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter } from '../characters/cast.ts';
import { roomWith, seoul, travel } from '../metrics/ledger.ts';

let world: World;
let people: Person[];
beforeAll(async () => {
  world = await createWorld();
  travel(world, seoul('2030-05-01T09:00:00'));
  people = await Promise.all([signUp(world), signUp(world), signUp(world)]);
});
afterAll(() => world.close());

const ids = async (query: string) => {
  const { status, body } = await world.client.get(`/rankings/daily${query}`);
  expect(status).toBe(200);
  return body.items.map(({ id }: { id: string }) => id);
};

test('a day’s ranking: how many people wrote yesterday, then all chats ever; what is hidden by now is not there', async () => {
  const [owner] = people as [Person, Person, Person];
  const character = async () => (await makeCharacter(world, owner)).id as string;
  const [loud, liked, hidden, idle, busy] = [
    await character(),
    await character(),
    await character(),
    await character(),
    await character(),
  ];
  const storyId = newId();
  await world.ctx.db.pool.execute(sql`
    insert into stories (id, creator_id, title, content) values (${storyId}, ${owner.id}, 't', 'c')`);
  const cast = await character();
  await world.ctx.db.pool.execute(sql`update characters set origin_story_id = ${storyId} where id = ${cast}`);
  await world.ctx.db.pool.execute(sql`update characters set chat_count = 1000 where id = ${busy}`);
  // Before the first roll-up: all chats ever.
  expect((await ids('?limit=1'))[0]).toBe(busy);
  const noon = seoul('2030-05-01T12:00:00');
  const moments = (n: number) => Array.from({ length: n }, (_, i) => new Date(noon.getTime() + i * 1_000));
  await roomWith(world, people[0] as Person, loud, moments(9));
  for (const person of people) await roomWith(world, person, hidden, moments(1));
  for (const person of people.slice(1)) {
    await roomWith(world, person, liked, moments(1));
    await roomWith(world, person, cast, moments(1));
  }
  travel(world, seoul('2030-05-02T00:11:00'));
  await rollUpMetrics(world.ctx);
  await world.ctx.db.pool.execute(sql`update characters set is_public = false where id = ${hidden}`);
  const regular = await ids('?kind=character');
  expect(regular.slice(0, 3)).toEqual([liked, loud, busy]);
  expect(regular).toContain(idle);
  expect(regular).not.toContain(hidden);
  expect(new Set(regular).size).toBe(regular.length);
  expect(await ids('')).toEqual(regular);
  expect(await ids('?kind=character&limit=2')).toEqual([liked, loud]);
  expect(await ids('?kind=origchat')).toEqual([cast]);
  expect(await ids('?kind=story')).toEqual([storyId]);
  const [item] = (await world.client.get('/rankings/daily?kind=origchat')).body.items;
  expect(item).toMatchObject({ id: cast, name: 'Mina', chat_count: 0 });
  const [entry] = (await world.client.get('/rankings/daily?kind=story')).body.items;
  expect(entry).toMatchObject({ id: storyId, title: 't', excerpt: 'c' });
});

test.each([['?kind=x'], ['?limit=0'], ['?limit=51']])('/rankings/daily%s is 422', async (query) => {
  expect((await world.client.get(`/rankings/daily${query}`)).status).toBe(422);
});

test('there is no notice yet', async () => {
  const { status, body } = await world.client.get('/notices/latest');
  expect([status, body]).toEqual([200, { latest_at: null }]);
});
