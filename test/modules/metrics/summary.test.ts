import { afterAll, beforeAll, expect, test } from 'bun:test';
import { recordOrigchat } from '../../../src/modules/metrics/record.ts';
import type { Person } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

let world: World;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  admin = await signUpAdmin(world);
});
afterAll(() => world.close());

test('sums of the day, of a story, of a room; other modes and narrators have none', async () => {
  const [storyId, otherStory, roomId, otherRoom] = Array.from({ length: 4 }, () => crypto.randomUUID()) as [
    string,
    string,
    string,
    string,
  ];
  recordOrigchat(world.ctx, { storyId, roomId, ttiMs: 1_000, choicesRequested: true });
  recordOrigchat(world.ctx, { storyId, roomId, ttiMs: 1_001, completed: true });
  recordOrigchat(world.ctx, { storyId: otherStory, roomId: otherRoom, ttiMs: 1_001, nextEvent: true });
  await Promise.all(world.ctx.background);
  const get = async (query: Record<string, string> = {}) =>
    (await world.client.get(`/metrics/summary?${new URLSearchParams(query)}`, { token: admin.token })).body;
  const counts = (body: { tti_count: number; tti_avg_ms: number; counters: object }) => [
    body.tti_count,
    body.tti_avg_ms,
    ...Object.values(body.counters),
  ];
  const all = await get();
  expect(all).toEqual({
    day: expect.stringMatching(/^\d{8}$/),
    filters: {},
    tti_avg_ms: 1_000.67,
    tti_count: 3,
    counters: { choices_requested: 1, next_event: 1, completed: 1 },
  });
  expect(counts(await get({ day: all.day, mode: 'plain' }))).toEqual(counts(all));
  const ofStory = await get({ story_id: storyId });
  expect([counts(ofStory), ofStory.filters]).toEqual([[2, 1_000.5, 1, 0, 1], { story_id: storyId }]);
  expect(counts(await get({ room_id: otherRoom }))).toEqual([1, 1_001, 0, 1, 0]);
  expect(counts(await get({ room_id: otherRoom, story_id: otherStory }))).toEqual([1, 1_001, 0, 1, 0]);
  const none = [0, 0, 0, 0, 0];
  for (const query of [
    { room_id: otherRoom, story_id: storyId },
    { room_id: crypto.randomUUID() },
    { story_id: crypto.randomUUID() },
    { mode: 'canon' },
    { narrator: 'true' },
    { day: '20200101' },
  ] as Record<string, string>[])
    expect(counts(await get(query))).toEqual(none);
});
