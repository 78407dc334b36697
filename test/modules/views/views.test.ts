import { afterAll, beforeAll, expect, test } from 'bun:test';
import { newId } from '../../../src/lib/ids.ts';
import { countView } from '../../../src/modules/views/count.ts';
import { flushViews } from '../../../src/modules/views/flush.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeStory, putChapters, viewsOf } from '../chapters/shelf.ts';

let world: World;
let creatorId: string;
beforeAll(async () => {
  world = await createWorld();
  creatorId = (await signUp(world)).id;
});
afterAll(() => world.close());

type Ctx = World['ctx'];
const settled = (ctx: Ctx) => Promise.all([...ctx.background]);

/** A process that dies the moment it would send this command. */
function dyingBefore(ctx: Ctx, command: string): Ctx {
  const commands = new Proxy(ctx.redis.commands, {
    get: (target, name) => {
      if (name === command) return () => Promise.reject(new Error('killed'));
      const found = Reflect.get(target, name);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });
  return { ...ctx, redis: { ...ctx.redis, commands } };
}

async function counted(views: number) {
  const storyId = await makeStory(world, creatorId);
  const [chapterId = ''] = await putChapters(world, storyId, [1]);
  for (let n = 0; n < views; n += 1) countView(world.ctx, { kind: 'story', id: storyId });
  countView(world.ctx, { kind: 'chapter', id: chapterId });
  await settled(world.ctx);
  return {
    storyId,
    seen: async () => [await viewsOf(world, 'stories', storyId), await viewsOf(world, 'story_chapters', chapterId)],
  };
}

test('views reach the counters once, however many workers flush at once', async () => {
  const { seen } = await counted(30);
  expect(await seen()).toEqual([0, 0]);
  const totals = await Promise.all(Array.from({ length: 6 }, () => flushViews(world.ctx)));
  expect(totals.reduce((sum, views) => sum + views, 0)).toBe(31);
  expect(await seen()).toEqual([30, 1]);
  expect(await flushViews(world.ctx)).toBe(0);
  expect(await seen()).toEqual([30, 1]);
});

test('a worker that dies after the counters were changed is not followed by a second change', async () => {
  const { storyId, seen } = await counted(7);
  await expect(flushViews(dyingBefore(world.ctx, 'viewsForget'))).rejects.toThrow('killed');
  expect(await seen()).toEqual([7, 1]);
  countView(world.ctx, { kind: 'story', id: storyId });
  await settled(world.ctx);
  expect(await flushViews(world.ctx)).toBe(1);
  expect(await seen()).toEqual([8, 1]);
});

test('a worker that dies before the counters were changed leaves the batch to the next', async () => {
  const { storyId, seen } = await counted(7);
  const broken = { ...world.ctx, db: { ...world.ctx.db, transactions: undefined as never } };
  await expect(flushViews(broken)).rejects.toThrow();
  countView(world.ctx, { kind: 'story', id: storyId });
  await settled(world.ctx);
  expect(await seen()).toEqual([0, 0]);
  expect(await flushViews(world.ctx)).toBe(9);
  expect(await seen()).toEqual([8, 1]);
});

test('a worker that is late forgets its own batch and not the next one', async () => {
  const { seen } = await counted(3);
  const { commands } = world.ctx.redis;
  await commands.viewsClaim('views:{all}:claimed', 'views:{all}:pending', newId(), 10);
  expect(await commands.viewsForget('views:{all}:claimed', newId())).toBe(0);
  expect(await flushViews(world.ctx)).toBe(4);
  expect(await seen()).toEqual([3, 1]);
});

test('many counters go in several batches; what is gone is passed over', async () => {
  const { storyId } = await counted(1);
  const ids = Array.from({ length: 2_500 }, newId);
  await world.ctx.redis.commands.hset(
    'views:{all}:pending',
    Object.fromEntries(ids.map((id) => [`chapter:${id}`, '2'])),
  );
  expect(await flushViews(world.ctx)).toBe(5_002);
  expect(await viewsOf(world, 'stories', storyId)).toBe(1);
  expect(await world.ctx.redis.commands.exists('views:{all}:pending', 'views:{all}:claimed')).toBe(0);
});

test('counting fails nobody while Redis is away', async () => {
  const ctx = dyingBefore(world.ctx, 'hincrby');
  countView(ctx, { kind: 'story', id: newId() });
  await settled(ctx);
  expect(ctx.background.size).toBe(0);
});
