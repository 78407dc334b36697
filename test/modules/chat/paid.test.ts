import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type ChatWorld, chatIn, roomRows, type Scripted, scriptedChat } from '../../harness/chat.ts';
import { runJobs } from '../../harness/jobs.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { closeWindow, give } from '../points/purse.ts';

let world: World;
let writer: World;
let chat: ChatWorld;
let model: Scripted;
beforeAll(async () => {
  world = await createWorld();
  model = scriptedChat(world.ctx.llm);
  writer = await createWorld({
    stores: { ...world.stores, drop: async () => undefined },
    overrides: { llm: model.llm },
  });
  chat = await chatIn(world);
  await world.ctx.db.pool.execute(
    sql`update users set preferred_model = 'claude', preferred_sub_model = 'claude-sonnet-4-5-20250929' where id = ${chat.person.id}`,
  );
  await give(world.ctx, chat.person.id, 30);
  await closeWindow(world.ctx);
});
afterAll(async () => {
  await writer.close();
  await world.close();
});

const balance = async () => (await chat.get('/point/balance')).body.balance as number;

test('a turn costs what its model costs; a failed or stopped one costs nothing; a short purse is told before the first byte', async () => {
  const room = await chat.newRoom();
  expect((await chat.send(room, 'Hello')).status).toBe(200);
  expect(await balance()).toBe(23);
  const idempotency_key = crypto.randomUUID();
  await Promise.all(Array.from({ length: 4 }, () => chat.send(room, 'Again', { idempotency_key })));
  expect(await balance()).toBe(16);

  const before = await roomRows(world, room);
  model.fail(new Error('upstream broke'));
  expect((await chat.send(room, 'Fail', {}, writer.client)).status).toBe(503);
  await runJobs(world);
  await until(async () => (await balance()) === 16, { what: 'the refund' });
  const stopped = await chat.stream(room, 'Stop', {}, writer.client);
  await world.client.post(`/chat/rooms/${room}/stop`, undefined, { token: chat.person.token });
  await stopped.text();
  await runJobs(world);
  await until(async () => (await balance()) === 16, { what: 'the second refund' });
  expect(await roomRows(world, room)).toEqual(before);

  // What is not paid: patch, regenerate, suggestions. What is: continue and retry.
  const reply = (await chat.messages(room)).at(-1).id;
  const callsBefore = model.freeCalls.length;
  const { token } = chat.person;
  await world.client.patch(`/chat/messages/${reply}`, { content: 'Mine.' }, { token });
  await writer.client.post(`/chat/messages/${reply}/regenerate`, {}, { token });
  await writer.client.post(`/chat/rooms/${room}/magic-choices`, {}, { token });
  await writer.client.post(`/chat/rooms/${room}/next-action`, {}, { token });
  expect(await balance()).toBe(16);
  // A model that has a price is not asked for what nobody pays.
  expect(model.freeCalls.slice(callsBefore).map(({ model: asked }) => asked)).toEqual(Array(3).fill('standard'));
  expect((await world.client.post(`/chat/messages/${reply}/retry`, {}, { token })).status).toBe(200);
  expect((await chat.send(room, '')).status).toBe(200);
  expect(await balance()).toBe(2);

  const rows = await roomRows(world, room);
  for (const door of ['/chat/message', '/chat/messages/stream']) {
    const body = { character_id: chat.characterId, room_id: room, content: 'More' };
    const answer = await world.client.post(door, body, { token });
    expect(answer.status).toBe(402);
    expect(answer.body.detail).toStartWith('InsufficientRuby');
  }
  expect(await roomRows(world, room)).toEqual(rows);
  await runJobs(world);
  expect(await balance()).toBe(2);
}, 30_000);
