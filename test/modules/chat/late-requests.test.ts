import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { chatPolicy } from '../../../src/modules/chat/policy.ts';
import { retryInput } from '../../../src/modules/turns/retry.ts';
import { startTurn } from '../../../src/modules/turns/run-turn.ts';
import { type ChatWorld, chatIn, makeCharacter, roomRows, scriptedChat } from '../../harness/chat.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let chat: ChatWorld;
beforeAll(async () => {
  world = await createWorld();
  chat = await chatIn(world);
});
afterAll(() => world.close());

const post = (path: string, body?: unknown) => world.client.post(path, body, { token: chat.person.token });

/** Another instance over the same stores, with a model that the test speaks. */
async function withModel<T>(work: (model: ReturnType<typeof scriptedChat>, world: World) => Promise<T>): Promise<T> {
  const model = scriptedChat(world.ctx.llm);
  const stores = { ...world.stores, drop: async () => undefined };
  const other = await createWorld({ stores, overrides: { llm: model.llm } });
  try {
    return await work(model, other);
  } finally {
    await other.close();
  }
}

describe('a retry', () => {
  test('that was asked for before another turn ended is refused, and the room goes on', async () => {
    const room = await chat.newRoom();
    const first = (await chat.send(room, 'One')).body.ai_message.id;
    const actor = { kind: 'member' as const, userId: chat.person.id, sessionId: '', isAdmin: false };
    const late = await retryInput(world.ctx, actor, first);
    await chat.send(room, 'Two');
    const before = await roomRows(world, room);
    const starting = startTurn(world.ctx, chatPolicy, actor, { ...late, language: 'en' });
    await expect(starting).rejects.toMatchObject({ code: 'chat.not_last_reply' });
    expect(await roomRows(world, room)).toEqual(before);
    expect((await chat.send(room, 'Three')).body.ai_message.message_metadata.turn_no).toBe(3);
  });

  test('is of the reply that stands last, also where the clock went back', async () => {
    const room = await chat.newRoom();
    const first = (await chat.send(room, 'One')).body.ai_message.id;
    world.clock.advance(-5);
    const second = (await chat.send(room, 'Two')).body.ai_message.id;
    expect((await post(`/chat/messages/${first}/retry`)).status).toBe(409);
    expect((await post(`/chat/messages/${second}/retry`)).body.ai_message.message_metadata.turn_no).toBe(2);
    expect((await chat.send(room, 'Three')).body.ai_message.message_metadata.turn_no).toBe(3);
  });

  test('of a place that is full asks no model', async () => {
    const room = await chat.newRoom();
    const { id } = (await chat.send(room, 'One')).body.ai_message;
    await world.ctx.db.pool.execute(sql`update messages set version_count = 100 where id = ${id}`);
    await withModel(async (model, other) => {
      for (const verb of ['retry', 'regenerate'])
        expect(
          (await other.client.post(`/chat/messages/${id}/${verb}`, {}, { token: chat.person.token })).body,
        ).toMatchObject({ status: 409, code: 'chat.too_many_versions' });
      expect(model.calls).toEqual([]);
    });
  });
});

describe('a refusal', () => {
  test('is not told later, nor is what it answered; written anew, both are', async () => {
    const room = await chat.newRoom();
    await withModel(async (model, other) => {
      const send = async (content: string, reply: string) => {
        model.say(reply);
        model.end();
        const body = { character_id: chat.characterId, room_id: room, content };
        return (await other.client.post('/chat/message', body, { token: chat.person.token })).body.ai_message;
      };
      const refused = await send('Something unspeakable', 'I cannot help with that.');
      expect(refused.message_metadata).toMatchObject({ safety_blocked: true });
      await send('Something else', 'The lamp is lit.');
      const told = () => JSON.stringify(model.calls.at(-1));
      expect(told()).not.toContain('unspeakable');
      expect(told()).not.toContain('cannot help');
      const edited = await world.client.patch(
        `/chat/messages/${refused.id}`,
        { content: 'She shakes her head.' },
        { token: chat.person.token },
      );
      expect(edited.body.message_metadata.safety_blocked).toBeUndefined();
      await send('And now', 'The lamp burns.');
      expect(told()).toContain('unspeakable');
      expect(told()).toContain('She shakes her head.');
      const first = await post(`/chat/messages/${refused.id}/versions/1/select`);
      expect(first.body.message_metadata).toMatchObject({ turn_no: 1, safety_blocked: true });
    });
  });
});

describe('rooms', () => {
  test('after the current one was deleted, the last touched one is', async () => {
    const person = await chatIn(world);
    const [old, touched, current] = [await person.newRoom(), await person.newRoom(), await person.newRoom()];
    await person.send(old, 'Touched');
    await person.send(touched, 'Touched last');
    await world.client.delete(`/chat/rooms/${current}`, { token: person.person.token });
    const starts = await Promise.all(Array.from({ length: 8 }, () => person.start()));
    expect(new Set(starts.map(({ status, body }) => `${status} ${body.id}`))).toEqual(new Set([`201 ${touched}`]));
  });

  test('starts with two characters at once and one key: one room, and 422', async () => {
    const another = await makeCharacter(world, chat.creator, { name: 'Another' });
    for (let round = 1; round <= 5; round += 1) {
      const start = (character_id: string) =>
        post('/chat/start-new', { character_id, idempotency_key: `two-at-once-${round}` });
      const answers = await Promise.all([chat.characterId, another].flatMap((id) => [start(id), start(id)]));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422]);
    }
  });

  test('ids in capitals are the same ids', async () => {
    const room = await chat.newRoom();
    const { id } = (await chat.send(room, 'One')).body.ai_message;
    const forked = await post(`/chat/rooms/${room.toUpperCase()}/fork`, { message_id: id.toUpperCase() });
    expect(forked.body).toMatchObject({ forked_from: { room_id: room, turn_no: 1 } });
  });

  test('a session id that nothing can have is not there', async () => {
    expect((await chat.get('/chat/history/a%00b')).status).toBe(404);
  });

  test('the settings in force follow the account’s own wish at once', async () => {
    const someone = await chatIn(world);
    const room = await someone.newRoom();
    const lengthOf = async () => (await someone.meta(room)).settings.response_length_pref;
    for (const wish of ['long', 'medium']) {
      const path = `/me/model-settings?model=standard&sub_model=standard&response_length=${wish}`;
      expect((await world.client.put(path, {}, { token: someone.person.token })).status).toBe(200);
      expect(await lengthOf()).toBe(wish);
    }
  });

  test('unread ones that may not be entered any more are not listed', async () => {
    const someone = await chatIn(world);
    const room = await someone.newRoom();
    const unread = async () => (await someone.get('/chat/read/rooms/with-unread')).body.data;
    await world.client.post(`/chat/read/rooms/${room}/increment-unread`, {}, { token: someone.person.token });
    expect(await unread()).toMatchObject([{ id: room, unread_count: 1 }]);
    await world.ctx.db.pool.execute(sql`update characters set is_public = false where id = ${someone.characterId}`);
    expect(await unread()).toEqual([]);
  });
});

test('suggestions speak of the user by the account’s name where there is no persona', async () => {
  const room = await chat.newRoom();
  const names: unknown[] = [];
  const { llm } = world.ctx;
  const stores = { ...world.stores, drop: async () => undefined };
  const produce: typeof llm.produce = (call, schema, signal) => {
    names.push((call.facts as { userName?: string }).userName);
    return llm.produce(call, schema, signal);
  };
  const other = await createWorld({ stores, overrides: { llm: { ...llm, produce } } });
  try {
    for (const helper of ['magic-choices', 'next-action'])
      await other.client.post(`/chat/rooms/${room}/${helper}`, {}, { token: chat.person.token });
    expect(names).toEqual([chat.person.username, chat.person.username]);
  } finally {
    await other.close();
  }
});
