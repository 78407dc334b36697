import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { fail } from '../../../src/lib/errors.ts';
import { type ChatWorld, chatIn, START_SETS } from '../../harness/chat.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let chat: ChatWorld;
beforeAll(async () => {
  world = await createWorld();
  chat = await chatIn(world);
});
afterAll(() => world.close());

const post = (path: string, body?: unknown, token = chat.person.token) => world.client.post(path, body, { token });

describe('rooms', () => {
  test('lists, the latest one, a session’s history, pages from both ends', async () => {
    const old = await chat.newRoom();
    const room = await chat.newRoom();
    await chat.send(old, 'Touched last');
    for (const path of ['/chat/rooms', '/chat/sessions?limit=1']) expect((await chat.get(path)).body[0].id).toBe(old);
    expect((await chat.get('/chat/rooms?limit=0')).status).toBe(422);
    expect((await chat.get(`/chat/rooms/latest-by-character/${chat.characterId}`)).body).toMatchObject({
      has_room: true,
      room_id: old,
    });
    expect((await chat.get(`/chat/rooms/latest-by-character/${crypto.randomUUID()}`)).body.has_room).toBe(false);
    const all = (await chat.get(`/chat/rooms/${old}/messages`)).body;
    expect((await chat.get(`/chat/history/${old}?limit=2`)).body).toEqual(all.slice(0, 2));
    expect((await chat.get(`/chat/rooms/${old}/messages?tail=1&limit=3`)).body).toEqual(all.slice(-3));
    expect((await chat.get(`/chat/rooms/${old}/messages?tail=true&limit=2&skip=1`)).body).toEqual(all.slice(1, 3));
    expect((await chat.get(`/chat/rooms/${old}/messages?tail=0&skip=3`)).body).toEqual(all.slice(3));
    expect((await chat.get(`/chat/rooms/${old}/messages?limit=201`)).status).toBe(422);
    expect((await chat.get(`/chat/history/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await chat.get(`/chat/rooms/${room}`)).body).toMatchObject({ id: room, message_count: 2 });
    expect((await chat.get(`/chat/rooms/${room}/stream`)).status).toBe(404);
    expect((await chat.get(`/chat/rooms/${old}/export`)).body).toMatchObject({
      format: 'fabula.room',
      turn_count: 1,
      messages: all,
    });
  });

  test('belong to one person', async () => {
    const room = await chat.newRoom();
    const message = (await chat.messages(room))[0].id;
    const { token } = await signUp(world);
    for (const path of ['', '/meta', '/messages', '/export', '/stream']) {
      expect((await world.client.get(`/chat/rooms/${room}${path}`, { token })).status).toBe(403);
      expect((await world.client.get(`/chat/rooms/${crypto.randomUUID()}${path}`, { token })).status).toBe(404);
      expect((await world.client.get(`/chat/rooms/${room}${path}`)).status).toBe(401);
    }
    for (const path of [
      `rooms/${room}/stop`,
      `rooms/${room}/magic-choices`,
      `rooms/${room}/next-action`,
      `read/rooms/${room}/mark`,
    ])
      expect((await post(`/chat/${path}`, undefined, token)).status).toBe(403);
    expect((await post(`/chat/rooms/${room}/fork`, { message_id: message }, token)).status).toBe(403);
    expect((await post(`/chat/messages/${message}/regenerate`, {}, token)).status).toBe(403);
    for (const path of ['versions', 'context'])
      expect((await world.client.get(`/chat/messages/${message}/${path}`, { token })).status).toBe(403);
    expect((await world.client.delete(`/chat/rooms/${room}`, { token })).status).toBe(403);
    expect((await world.client.delete(`/chat/rooms/${room}`, { token: chat.person.token })).body.message).toBeString();
    expect((await chat.get(`/chat/rooms/${room}`)).status).toBe(404);
  });

  test('a cached meta that is foreign or broken is not believed', async () => {
    const room = await chat.newRoom();
    const meta = await chat.meta(room);
    for (const value of [
      '{',
      '7',
      '{"version":1,"meta":7}',
      JSON.stringify({ version: 999, meta: { turn_count: 999 } }),
    ]) {
      await world.ctx.redis.commands.set(`chat:room:${room}:meta`, value);
      expect(await chat.meta(room)).toEqual(meta);
    }
  });

  test('what is unread', async () => {
    const room = await chat.newRoom();
    const read = `/chat/read/rooms/${room}`;
    expect((await chat.get(`${read}/status`)).body).toEqual({ unread_count: 0, last_read_at: null });
    await Promise.all(Array.from({ length: 5 }, () => post(`${read}/increment-unread`)));
    expect((await chat.get('/chat/read/rooms/with-unread')).body.data).toMatchObject([
      { id: room, unread_count: 5, character: { name: 'Mina' } },
    ]);
    expect((await post(`${read}/mark`)).body).toEqual({ success: true });
    expect((await chat.get(`${read}/status`)).body).toMatchObject({
      unread_count: 0,
      last_read_at: expect.any(String),
    });
    expect((await chat.get('/chat/read/rooms/with-unread?limit=50')).body.data).toEqual([]);
  });

  test('recent characters, one entry a room', async () => {
    const room = await chat.newRoom();
    const text = 'x'.repeat(140);
    await chat.send(room, text);
    const { status, body } = await chat.get('/me/characters/recent?limit=1&page=1');
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { id: chat.characterId, name: 'Mina', chat_room_id: room, is_origchat: false, origin_story_title: null },
    ]);
    expect(body[0].last_message_snippet.length).toBeLessThanOrEqual(100);
    expect(body[0].chat_count).toBeGreaterThan(0);
    expect((await chat.get('/me/characters/recent?limit=51')).status).toBe(422);
  });
});

describe('suggestions', () => {
  test('magic choices: as many as asked, moved into 1 … 5', async () => {
    const room = await chat.newRoom();
    await chat.send(room, 'Tell me of the lighthouse');
    for (const [n, count] of [
      [undefined, 3],
      [0, 1],
      [2, 2],
      [99, 5],
    ] as const) {
      const { status, body } = await post(`/chat/rooms/${room}/magic-choices`, {
        n,
        seed_message_id: null,
        seed_hint: null,
      });
      expect(status).toBe(200);
      expect(body.choices.length).toBe(count);
      for (const { label, dialogue, narration } of body.choices) expect(label).toBe(`${dialogue}\n${narration}`);
      expect(new Set(body.choices.map(({ id }: { id: string }) => id)).size).toBe(count);
    }
  });

  test('next action: one line; neither fails with the model', async () => {
    const room = await chat.newRoom();
    const { body } = await post(`/chat/rooms/${room}/next-action`, { seed_hint: 'the sea' });
    expect(body.narration).toMatch(/^I [^\n]{5,399}$/);
    const broken = await createWorld({
      stores: { ...world.stores, drop: async () => undefined },
      overrides: { llm: { ...world.ctx.llm, produce: () => Promise.reject(fail('llm.unavailable')) } },
    });
    const token = chat.person.token;
    const choices = await broken.client.post(`/chat/rooms/${room}/magic-choices`, undefined, { token });
    expect([choices.status, choices.body.choices.length]).toEqual([200, 3]);
    expect((await broken.client.post(`/chat/rooms/${room}/next-action`, {}, { token })).body.narration).not.toBe('');
    await broken.close();
  });

  test('the wizard’s preview: nothing is stored; a chosen event is told', async () => {
    const character_data = {
      basic_info: { name: 'Mina', description: 'A keeper.', start_sets: START_SETS },
      media_settings: null,
    };
    const preview = (more: object) =>
      post('/chat/preview', { character_data, user_message: 'Hello there, keeper', history: [], ...more });
    const plain = await preview({ turn_event_preview_mode: null });
    expect(plain.body).toMatchObject({
      meta: { history_len: 0, response_length_pref: 'short' },
      suggested_image_index: -1,
    });
    expect(plain.body.assistant_message).not.toContain('The bell rings');
    expect(plain.body.assistant_message).not.toContain('CC_STAT');
    const event = await preview({
      turn_event_preview_mode: true,
      turn_event_id_override: 'ev_bell',
      turn_no_override: 30,
    });
    expect(event.body.assistant_message).toContain('The bell rings three times.');
    const choices = await post('/chat/preview-magic-choices', {
      character_data,
      history: [{ role: 'user', content: 'Hi' }],
      n: 2,
    });
    expect(choices.body.choices).toHaveLength(2);
    expect((await preview({ user_message: '' })).status).toBe(422);
    expect((await preview({ history: [{ role: 'system', content: 'x' }] })).status).toBe(422);
    expect((await post('/chat/preview', { character_data: {}, user_message: 'Hi' })).status).toBe(200);
  });
});
