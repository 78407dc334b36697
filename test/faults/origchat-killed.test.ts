import { afterAll, beforeAll, expect, test } from 'bun:test';
import { roomRows } from '../harness/chat.ts';
import { playIn, type StoryPlay } from '../harness/origchat.ts';
import { startApi, startWorker } from '../harness/processes.ts';
import { eventsOf } from '../harness/sse.ts';
import { until } from '../harness/until.ts';
import { createWorld, type World } from '../harness/world.ts';

let world: World;
let play: StoryPlay;
beforeAll(async () => {
  world = await createWorld();
  play = await playIn(world);
});
afterAll(() => world.close());

test('the API is killed while a choice is answered: the choice is on offer again, and the same key plays it once', async () => {
  const room = await play.newRoom();
  await play.turn(room, { user_text: 'What lies below the reef?' });
  const { choices } = (await play.turn(room, { trigger: 'choices' })).body.meta;
  const before = await roomRows(world, room);
  const body = { choice_id: choices[2].id, idempotency_key: crypto.randomUUID() };
  const worker = startWorker(world.stores);
  const api = await startApi(world.stores, { OFFLINE_LLM_CHARS_PER_SECOND: '10' });
  try {
    const opened = await play.stream(room, body, api.client);
    for await (const { event } of eventsOf(opened)) if (event === 'delta') break;
    // Somebody who joins from elsewhere hears of the end, too.
    const joined = play.turn(room, body);
    await api.kill();
    expect((await joined).body.code).toBe('chat.interrupted');
    await until(async () => (await roomRows(world, room)).messages.length === before.messages.length, {
      timeoutMs: 30_000,
      everyMs: 100,
      what: 'the turn to be taken back',
    });
    expect(await roomRows(world, room)).toEqual(before);
    const again = await until(
      async () => {
        const answer = await play.turn(room, body);
        return answer.status === 200 ? answer : undefined;
      },
      { timeoutMs: 15_000, everyMs: 200, what: 'the room to be usable' },
    );
    expect(again.body).toMatchObject({ user_message: { content: choices[2].label }, meta: { turn_count: 2 } });
    expect((await play.turn(room, body)).body.meta).toMatchObject({ skipped: true, turn_count: 2 });
  } finally {
    await api.kill();
    await worker.kill();
  }
}, 70_000);
