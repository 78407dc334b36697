import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type ChatWorld, chatIn, roomRows } from '../harness/chat.ts';
import { startApi, startWorker } from '../harness/processes.ts';
import { eventsOf, readEvents } from '../harness/sse.ts';
import { until } from '../harness/until.ts';
import { createWorld, type World } from '../harness/world.ts';
import { closeWindow, give } from '../modules/points/purse.ts';

let world: World;
let chat: ChatWorld;
beforeAll(async () => {
  world = await createWorld();
  chat = await chatIn(world);
});
afterAll(() => world.close());

/** Half a minute is what a room may take; a loaded machine gets no more. */
const USABLE_MS = 30_000;

test('the API is killed in the middle of a paid turn: the room is as before within 30 s, and the points are back', async () => {
  await world.ctx.db.pool.execute(sql`update users set preferred_sub_model = 'gpt-5.1' where id = ${chat.person.id}`);
  await give(world.ctx, chat.person.id, 20);
  await closeWindow(world.ctx);
  const room = await chat.newRoom();
  const before = await roomRows(world, room);
  const worker = startWorker(world.stores);
  const api = await startApi(world.stores, { OFFLINE_LLM_CHARS_PER_SECOND: '10' });
  try {
    const opened = await chat.stream(room, 'Where is the lighthouse?', {}, api.client);
    for await (const { event } of eventsOf(opened)) if (event === 'delta') break;
    expect((await roomRows(world, room)).messages).toHaveLength(before.messages.length + 1);
    await api.kill();
    const killedAt = performance.now();
    await until(async () => (await roomRows(world, room)).messages.length === before.messages.length, {
      timeoutMs: USABLE_MS,
      everyMs: 100,
      what: 'the turn to be taken back',
    });
    const again = await until(
      async () => {
        const answer = await chat.send(room, 'Where is the lighthouse?');
        return answer.status === 200 ? answer : undefined;
      },
      { timeoutMs: USABLE_MS - (performance.now() - killedAt), everyMs: 200, what: 'the room to be usable' },
    );
    expect(again.body.ai_message.message_metadata.turn_no).toBe(1);
    // One turn was paid (5), the other given back.
    const balance = async () => (await chat.get('/point/balance')).body;
    await until(async () => (await balance()).balance === 15 && (await balance()).pending === 0, {
      timeoutMs: 15_000,
      everyMs: 100,
      what: 'the refund',
    });
    const failed = await readEvents(
      await world.client.open('GET', `/chat/rooms/${room}/stream`, { token: chat.person.token }),
    );
    expect(failed.at(-2)?.event).toBe('final');
  } finally {
    await api.kill();
    await worker.kill();
  }
}, 70_000);
