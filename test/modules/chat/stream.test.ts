import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type ChatWorld, chatIn, roomRows, type Scripted, scriptedChat } from '../../harness/chat.ts';
import { type Event, eventsOf, readEvents } from '../../harness/sse.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';

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
});
afterAll(async () => {
  await writer.close();
  await world.close();
});

const textOf = (events: Event[]) => events.map(({ event, data }) => (event === 'delta' ? data.delta : '')).join('');
const follow = (room: string, lastEventId?: string, client = world.client) =>
  client.open('GET', `/chat/rooms/${room}/stream`, {
    token: chat.person.token,
    headers: lastEventId ? { 'last-event-id': lastEventId } : {},
  });

describe('a streamed turn', () => {
  test('start, user, deltas, final, done; what was shown is what is stored', async () => {
    const room = await chat.newRoom();
    const events = await readEvents(await chat.stream(room, 'Where is the lighthouse?'));
    const names = events.map(({ event }) => event).filter((name, i, all) => name !== all[i - 1]);
    expect(names).toEqual(['start', 'user', 'delta', 'final', 'done']);
    expect(events[0]?.data).toMatchObject({ room_id: room, character_id: chat.characterId });
    const final = events.find(({ event }) => event === 'final')?.data;
    expect(textOf(events)).toBe(final.ai_message.content);
    expect((await chat.messages(room)).at(-1)).toEqual(final.ai_message);
    for (const { data, event } of events) if (event === 'delta') expect(data.delta.length).toBeLessThanOrEqual(64);
    const again = await readEvents(await follow(room));
    expect(again.slice(2)).toEqual(events.slice(2));
    expect(again[1]).toEqual(events[1]!);
    const { client: second } = await world.secondInstance();
    for (let k = 2; k < events.length - 2; k += 3) {
      const rest = await readEvents(await follow(room, events[k]?.id, second));
      expect(rest.slice(1)).toEqual(events.slice(k + 1));
    }
  });

  test('the id of another turn’s event leads to the beginning; the start tells the number', async () => {
    const room = await chat.newRoom();
    const first = await readEvents(await chat.stream(room, 'One'));
    const second = await readEvents(await chat.stream(room, 'Two'));
    expect([first, second].map(([start]) => start?.data.turn_no)).toEqual([1, 2]);
    for (const id of [first.at(-2)?.id, '3-100', 'nonsense', second[0]?.data.turn_id])
      expect(await readEvents(await follow(room, id))).toEqual(second);
    const other = await readEvents(await follow(room, first[3]?.id));
    expect(textOf(other)).toBe(second.at(-2)?.data.ai_message.content);
  });

  test('hidden blocks never show, not even in pieces; a second tab follows; the speaker’s name is dropped', async () => {
    const room = await chat.newRoom();
    const opened = await chat.stream(room, 'Hello', {}, writer.client);
    const reply =
      'Mina: "Well."\n\n<!-- CC_STAT_DELTA_START -->{"stats":[{"stat_id":"trust","delta":900},{"stat_id":"x","delta":1}]}<!-- CC_STAT_DELTA_END -->';
    const second = readEvents(await follow(room));
    for (const letter of reply) model.say(letter);
    model.end();
    const events = await readEvents(opened);
    expect(textOf(events)).toBe('"Well."');
    expect(textOf(await second)).toBe('"Well."');
    expect((await chat.meta(room)).stat_state).toEqual({ trust: 100 });
  });

  test('a reader that leaves ends nothing', async () => {
    const room = await chat.newRoom();
    const opened = await chat.stream(room, 'Hello', {}, writer.client);
    await readEvents(opened, { limit: 2 });
    model.say('I go on.');
    model.end();
    await until(async () => (await chat.messages(room)).length === 4);
    expect((await chat.messages(room)).at(-1).content).toBe('I go on.');
  });

  test('Redis flushed in the middle of turn and room: nothing is lost', async () => {
    const room = await chat.newRoom();
    await chat.send(room, 'The boat, please');
    const before = await chat.meta(room);
    const opened = await chat.stream(room, 'And the lighthouse?', {}, writer.client);
    const events: Event[] = [];
    const reading = (async () => {
      for await (const event of eventsOf(opened)) events.push(event);
    })();
    model.say('Before the flood it was calm. '.repeat(5));
    await until(() => textOf(events).includes('Before the flood'));
    await world.ctx.redis.commands.flushdb();
    expect((await chat.send(room, 'Meanwhile')).status).toBe(409);
    model.say('After it, the keeper counted the boats.');
    model.end();
    await reading;
    const final = events.find(({ event }) => event === 'final')?.data;
    expect(textOf(events)).toBe(final.ai_message.content);
    await world.ctx.redis.commands.flushdb();
    const meta = await chat.meta(room);
    expect(meta).toMatchObject({ turn_count: 2, opening_id: 'set_1', settings: before.settings });
    expect(textOf(await readEvents(await follow(room)))).toBe(final.ai_message.content);
    expect((await chat.send(room, 'Next')).body.ai_message.message_metadata.turn_no).toBe(3);
    expect((await chat.start()).body.id).toBe(room);
  }, 20_000);
});

describe('a turn that does not come to its end', () => {
  test('a failing model leaves everything as it was, at any point', async () => {
    const room = await chat.newRoom();
    await chat.send(room, 'The boat, please');
    await chat.send(room, 'The lighthouse, please');
    const before = await roomRows(world, room);
    for (const pieces of [
      [],
      ['Half a sen'],
      ['Done. <!-- CC_STAT_DELTA_START -->{"stats":[{"stat_id":"trust","delta":5}]}'],
    ]) {
      const idempotency_key = crypto.randomUUID();
      const opened = await chat.stream(room, 'Fail now, farewell forever', { idempotency_key }, writer.client);
      for (const piece of pieces) model.say(piece);
      model.fail(new Error('upstream broke'));
      const events = await readEvents(opened);
      expect(events.slice(-2).map(({ event }) => event)).toEqual(['error', 'done']);
      expect(events.at(-2)?.data).toMatchObject({ code: 503, detail: expect.stringContaining('AiUnavailable') });
      expect(await roomRows(world, room)).toEqual(before);
      expect((await readEvents(await follow(room))).slice(-2).map(({ event }) => event)).toEqual(['error', 'done']);
      model.fail(new Error('again'));
      const answer = await chat.send(room, 'Fail now, farewell forever', { idempotency_key }, writer.client);
      expect([answer.status, answer.body.code]).toEqual([503, 'llm.unavailable']);
    }
    // The key of a failed turn is free again.
    const idempotency_key = crypto.randomUUID();
    model.fail(new Error('once'));
    expect((await chat.send(room, 'Hi', { idempotency_key }, writer.client)).status).toBe(503);
    expect((await chat.send(room, 'Hi', { idempotency_key })).body.ai_message.message_metadata.turn_no).toBe(3);
  });

  test('stopped before the first word it never was; stopped after it, what was shown stays', async () => {
    const room = await chat.newRoom();
    const stop = (client = world.client) =>
      client.post(`/chat/rooms/${room}/stop`, undefined, { token: chat.person.token });
    expect((await stop()).body).toEqual({ stopped: false });
    const before = await roomRows(world, room);
    const first = await chat.stream(room, 'Hello', {}, writer.client);
    expect((await stop(writer.client)).body).toEqual({ stopped: true });
    expect((await readEvents(first)).at(-2)).toMatchObject({ event: 'error', data: { code: 409 } });
    expect(await roomRows(world, room)).toEqual(before);

    const opened = await chat.stream(room, 'Hello', {}, writer.client);
    const events: Event[] = [];
    const reading = (async () => {
      for await (const event of eventsOf(opened)) events.push(event);
    })();
    model.say('So far, so ');
    await until(() => textOf(events) !== '');
    // From another instance: it is heard of with the next sign of life.
    expect((await stop()).body).toEqual({ stopped: true });
    await reading;
    const final = events.find(({ event }) => event === 'final')?.data;
    expect(final.ai_message).toMatchObject({ content: 'So far, so', message_metadata: { stopped: true, turn_no: 1 } });
    expect(textOf(events)).toBe('So far, so');
    expect((await chat.meta(room)).turn_count).toBe(1);
  }, 15_000);

  test('a busy room: 409 before the first byte, for every door', async () => {
    const room = await chat.newRoom();
    const opened = await chat.stream(room, 'Hello', {}, writer.client);
    for (const door of ['/chat/message', '/chat/messages', '/chat/messages/stream']) {
      const body = { character_id: chat.characterId, room_id: room, content: 'Hi' };
      const answer = await world.client.post(door, body, { token: chat.person.token });
      expect([answer.status, answer.body.code]).toEqual([409, 'chat.turn_in_progress']);
    }
    const clear = await world.client.delete(`/chat/rooms/${room}/messages`, { token: chat.person.token });
    expect(clear.status).toBe(409);
    expect((await world.client.delete(`/chat/rooms/${room}`, { token: chat.person.token })).status).toBe(200);
    model.say('Nobody hears this.');
    model.end();
    expect((await readEvents(opened)).at(-2)).toMatchObject({ event: 'error', data: { code: 404 } });
    const left = await world.ctx.db.pool.execute(sql`select 1 from turns where room_id = ${room}`);
    expect(left).toHaveLength(0);
  });

  test('a holder that was declared dead writes nothing any more', async () => {
    const room = await chat.newRoom();
    const before = await roomRows(world, room);
    const opened = await chat.stream(room, 'Hello', {}, writer.client);
    await world.ctx.db.pool.execute(
      sql`update turns set heartbeat_at = now() - interval '1 minute' where room_id = ${room}`,
    );
    await world.ctx.redis.commands.del(`chat:room:${room}:lease`);
    // The next one to come takes the room over.
    const other = await chat.send(room, 'I was faster');
    expect(other.status).toBe(200);
    model.say('I am back.');
    model.end();
    expect((await readEvents(opened)).at(-2)).toMatchObject({ event: 'error', data: { code: 503 } });
    await Promise.all(writer.ctx.background);
    expect((await roomRows(world, room)).messages).toHaveLength(before.messages.length + 2);
    expect((await chat.meta(room)).turn_count).toBe(1);
  });
});
