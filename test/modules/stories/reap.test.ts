import { afterAll, beforeAll, expect, test } from 'bun:test';
import { eq } from 'drizzle-orm';
import { generationJobs } from '../../../src/db/tables/generation.ts';
import { addSeconds } from '../../../src/lib/clock.ts';
import { newId } from '../../../src/lib/ids.ts';
import { reapGenerations } from '../../../src/modules/stories/generation/reap.ts';
import { keys, ttlSeconds } from '../../../src/redis/keys.ts';
import { appendEvents, readEvents, START } from '../../../src/redis/stream.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function insertJob(
  silentSeconds: number,
  fields: Partial<typeof generationJobs.$inferInsert> = {},
): Promise<string> {
  const now = world.clock.now();
  const id = newId();
  await world.ctx.db.pool.insert(generationJobs).values({
    id,
    ownerKey: id,
    requestHash: 'x',
    status: 'running',
    stage: 'body',
    title: '',
    content: 'Once upon',
    createdAt: now,
    heartbeatAt: addSeconds(now, -silentSeconds),
    ...fields,
  });
  return id;
}

const jobRow = async (id: string) =>
  (await world.ctx.db.pool.select().from(generationJobs).where(eq(generationJobs.id, id)))[0]!;

test('a silent story ends once, in the row and in its stream, in the language of its text', async () => {
  const english = await insertJob(16);
  const korean = await insertJob(16, { status: 'queued', content: '', title: '밤의 서점' });
  await appendEvents(
    world.ctx.redis.commands,
    keys.generationEvents(english),
    ttlSeconds.generationEvents,
    [{ id: '7-9', event: 'episode', data: '{}' }],
    false,
  );
  const counts = await Promise.all([
    reapGenerations(world.ctx),
    reapGenerations(world.ctx),
    reapGenerations(world.ctx),
  ]);
  expect(counts.reduce((sum, n) => sum + n)).toBe(2);

  const row = await jobRow(english);
  expect(row).toMatchObject({
    status: 'error',
    content: 'Once upon',
    errorMessage: expect.stringContaining('its writer stopped'),
  });
  expect(row.endedAt).not.toBeNull();
  expect((await jobRow(korean)).errorMessage).toMatch(/[가-힣]/);
  const events = await readEvents(world.ctx.redis.commands, keys.generationEvents(english), START);
  expect(events.map(({ event, ends }) => ({ event, ends }))).toEqual([
    { event: 'episode', ends: false },
    { event: 'error', ends: true },
  ]);
  expect(JSON.parse(events[1]!.data)).toEqual({ message: row.errorMessage });
});

test.each([
  ['that showed life lately', 8, {}],
  ['that is done', 60, { status: 'done' as const, endedAt: new Date(0) }],
  ['that was cancelled', 60, { status: 'cancelled' as const, endedAt: new Date(0) }],
])('a story %s is left alone', async (_, silentSeconds, fields) => {
  const id = await insertJob(silentSeconds, fields);
  const before = await jobRow(id);
  expect(await reapGenerations(world.ctx)).toBe(0);
  expect(await jobRow(id)).toEqual(before);
});

test('without Redis the row still ends', async () => {
  const offline = await createWorld({
    env: { REDIS_URL: 'redis://127.0.0.1:1' },
    stores: { ...world.stores, drop: async () => undefined },
  });
  const id = await insertJob(20);
  expect(await reapGenerations(offline.ctx)).toBe(1);
  expect((await jobRow(id)).status).toBe('error');
  await offline.close();
});
