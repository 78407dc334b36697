import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { settleShard } from '../../../src/modules/points/settle.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, ledgerOf, rich } from '../points/purse.ts';
import { makeStory, putChapters } from './shelf.ts';

let world: World;
let away: World;
beforeAll(async () => {
  world = await createWorld();
  await closeWindow(world.ctx);
  // Nothing listens there.
  away = await createWorld({
    stores: { ...world.stores, redisUrl: 'redis://127.0.0.1:1/0', drop: async () => undefined },
  });
});
afterAll(async () => {
  await away.close();
  await world.close();
});

test('without Redis chapters are written and read; buying says that it cannot be done, and takes nothing', async () => {
  const person = await rich(world, 20);
  const { token } = person;
  const storyId = await makeStory(world, person.id);
  const written = await away.client.post('/chapters', { story_id: storyId, no: 1, content: 'Rain.' }, { token });
  expect(written.status).toBe(201);
  const path = `/chapters/${written.body.id}`;
  expect((await away.client.put(path, { content: 'Snow.' }, { token })).status).toBe(200);
  expect((await away.client.get(path)).body.content).toBe('Snow.');
  expect((await away.client.post(`${path}/view`)).status).toBe(204);
  expect((await away.client.get(`/chapters/by-story/${storyId}`)).body).toHaveLength(1);

  const other = await makeStory(world, (await signUp(world)).id);
  await putChapters(world, other, [6]);
  const purchase = { story_id: other, chapter_no: 6 };
  const refused = await away.client.post('/chapters/purchase', purchase, { token });
  expect(refused.body).toMatchObject({ status: 503, code: 'http.unavailable' });
  expect((await away.client.get(`/chapters/purchased/${other}`, { token })).body.purchased_nos).toEqual([]);
  expect((await world.client.post('/chapters/purchase', purchase, { token })).body).toEqual({
    purchased: true,
    ruby_balance: 15,
  });
  await settleShard(world.ctx, { shard: 0 });
  expect(await ledgerOf(world.ctx, person.id)).toEqual({ sum: 15, balance: 15, rows: 2 });
});

test('a flushed Redis neither takes a bought chapter nor sells it twice', async () => {
  const person = await rich(world, 20);
  const storyId = await makeStory(world, (await signUp(world)).id);
  await putChapters(world, storyId, [6, 7]);
  const buy = (no: number) =>
    world.client.post('/chapters/purchase', { story_id: storyId, chapter_no: no }, { token: person.token });
  expect((await buy(6)).status).toBe(200);
  await settleShard(world.ctx, { shard: 0 });
  await world.ctx.redis.commands.flushdb();
  // As if the answer of Redis had come and the process had died before the row was complete.
  await world.ctx.db.pool.execute(sql`update chapter_purchases set status = 'pending' where user_id = ${person.id}`);
  expect((await buy(6)).body).toEqual({ purchased: true, ruby_balance: 15 });
  expect((await buy(7)).body).toEqual({ purchased: true, ruby_balance: 10 });
  await settleShard(world.ctx, { shard: 0 });
  expect(await ledgerOf(world.ctx, person.id)).toEqual({ sum: 10, balance: 10, rows: 3 });
});
