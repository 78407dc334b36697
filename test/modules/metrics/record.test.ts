import { afterAll, beforeAll, expect, test } from 'bun:test';
import { recordOrigchat } from '../../../src/modules/metrics/record.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const settled = () => Promise.all(world.ctx.background);
const day = () => new Date(world.clock.now().getTime() + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
const hash = (part = '') => world.ctx.redis.commands.hgetall(`metrics:{${day()}}${part}`);

test('a turn is counted for the day, its story and its room', async () => {
  const [storyId, roomId] = [crypto.randomUUID(), crypto.randomUUID()];
  recordOrigchat(world.ctx, { storyId, roomId, ttiMs: 1_200.4, nextEvent: true });
  recordOrigchat(world.ctx, { storyId, roomId, ttiMs: 800, choicesRequested: true, completed: true });
  recordOrigchat(world.ctx, { storyId, roomId: crypto.randomUUID(), ttiMs: Number.NaN, completed: true });
  recordOrigchat(world.ctx, { storyId, roomId });
  await settled();
  const { generation, ...sums } = await hash();
  expect(generation).toHaveLength(36);
  expect(sums).toEqual({ tti_ms: '2000', tti_count: '2', choices_requested: '1', next_event: '1', completed: '2' });
  expect((await hash(':stories'))[`${storyId}:completed`]).toBe('2');
  expect(await hash(':rooms')).toMatchObject({ [`${roomId}:tti_count`]: '2', [`${roomId}:${storyId}`]: '2' });
  for (const part of ['', ':stories', ':rooms'])
    expect(await world.ctx.redis.commands.ttl(`metrics:{${day()}}${part}`)).toBeGreaterThan(172_800);
});

test('a hash does not grow without end: what is too much is only part of the sums', async () => {
  const rooms = `metrics:{${day()}}:rooms`;
  const full = Array.from({ length: 60_000 }, (_, i) => [`f${i}`, 1]).flat();
  await world.ctx.redis.commands.del(rooms);
  await world.ctx.redis.commands.hset(rooms, ...full);
  const roomId = crypto.randomUUID();
  const before = Number((await hash()).completed ?? 0);
  recordOrigchat(world.ctx, { storyId: crypto.randomUUID(), roomId, completed: true });
  await settled();
  const after = await hash(':rooms');
  expect(Object.keys(after)).toHaveLength(60_001);
  expect(after.other).toBe('2');
  expect(Number((await hash()).completed)).toBe(before + 1);
});

test('without Redis nothing is counted and nothing fails', async () => {
  const own = await createWorld();
  own.ctx.redis.commands.disconnect();
  recordOrigchat(own.ctx, { storyId: crypto.randomUUID(), roomId: crypto.randomUUID(), completed: true });
  await Promise.all(own.ctx.background);
  expect(own.ctx.background.size).toBe(0);
  await own.close();
});
