import { afterAll, beforeAll, expect, test } from 'bun:test';
import postgres from 'postgres';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

const MANY = 1_005;

let world: World;
let sql: postgres.Sql;
let creatorId: string;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 1 });
  creatorId = (await signUp(world)).id;
  await sql`insert into stories (id, creator_id, title, content)
    select gen_random_uuid(), ${creatorId}, 'Tide ' || n, 'A text about the tide.' from generate_series(1, ${MANY}) n`;
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const totalOf = async (query: string) => (await world.client.get(`/stories?${query}`)).body.total;

test('a total over a thousand is right, for a word that is everywhere too, and counted anew after half a minute', async () => {
  for (const query of [
    '',
    'sort=views',
    'search=tide',
    'search=t',
    `creator_id=${creatorId}`,
    'skip=1000',
    'skip=5000',
  ])
    expect([query, await totalOf(query)]).toEqual([query, MANY]);
  await sql`insert into stories (id, creator_id, title, content) values (gen_random_uuid(), ${creatorId}, 'Tide', 'The tide.')`;
  // The last page tells for itself, whatever is remembered.
  expect(await totalOf('skip=1000')).toBe(MANY + 1);
  expect(await totalOf('')).toBe(MANY);
  await world.ctx.redis.commands.flushdb();
  for (const query of ['', 'search=tide']) expect([query, await totalOf(query)]).toEqual([query, MANY + 1]);
});

test('a total of few is exact at once', async () => {
  await sql`update stories set genre = 'rare' where title like 'Tide 1__'`;
  expect(await totalOf('genre=rare')).toBe(100);
  await sql`update stories set is_public = false where title = 'Tide 100'`;
  expect(await totalOf('genre=rare')).toBe(99);
  expect(await totalOf('genre=rare&search=tide&limit=1')).toBe(99);
});
