import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type ChatWorld, chatIn, roomRows } from '../../harness/chat.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let chat: ChatWorld;
beforeAll(async () => {
  world = await createWorld({ env: { DATABASE_POOL_SIZE: '8' } });
  chat = await chatIn(world);
});
afterAll(() => world.close());

describe('sending', () => {
  test('three doors of one verb', async () => {
    const room = await chat.newRoom();
    const body = {
      character_id: chat.characterId,
      room_id: room,
      content: 'Where is the lighthouse?',
      client_message_kind: null,
    };
    const { token } = chat.person;
    const one = await world.client.post('/chat/message', body, { token });
    const two = await world.client.post('/chat/messages', { ...body, client_message_kind: 'next_action' }, { token });
    const three = await world.client.post('/chat/messages/stream', body, { token });
    expect([one.status, two.status, three.status]).toEqual([200, 200, 200]);
    expect(one.body).toMatchObject({
      user_message: { content: 'Where is the lighthouse?', sender_type: 'user', message_metadata: null },
      ai_message: { sender_type: 'assistant', message_metadata: { turn_no: 1, ai_debug: { model: 'offline' } } },
      ending_message: null,
      meta: null,
    });
    expect(two.body.user_message.message_metadata).toEqual({ kind: 'next_action' });
    const messages = await chat.messages(room);
    expect(messages).toHaveLength(8);
    expect(messages.slice(2).map((message: { sender_type: string }) => message.sender_type)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(await chat.meta(room)).toMatchObject({
      mode: null,
      turn_count: 3,
      turn_no_cache: 3,
      max_turns: 200,
      is_infinite: false,
    });
    const texts = [one.body.ai_message.content, two.body.ai_message.content, messages[7].content];
    expect(new Set(texts).size).toBe(3);
  });

  test('without a room it is the current one, opened if need be', async () => {
    const person = await signUp(world);
    const send = (content: string) =>
      world.client.post(
        '/chat/message',
        { character_id: chat.characterId, content, room_id: null },
        { token: person.token },
      );
    const first = await send('Hello');
    expect(first.status).toBe(200);
    expect((await send('Again')).body.ai_message.chat_room_id).toBe(first.body.ai_message.chat_room_id);
  });

  test.each(['', '  ', 'continue', 'CONTINUE please', '계속'])(
    '%j has the last reply continued: no message, no turn',
    async (content) => {
      const room = await chat.newRoom();
      await chat.send(room, 'Tell me of the boat');
      const before = await roomRows(world, room);
      const answer = await chat.send(room, content);
      expect(answer.status).toBe(200);
      expect(answer.body.user_message).toBeNull();
      const after = await roomRows(world, room);
      expect(after.room!.state).toEqual(before.room!.state);
      expect(after.room!.turn_count).toBe(1);
      expect(after.messages).toHaveLength(before.messages.length + 1);
    },
  );

  test('the event comes once, at its turn, with its lines; memos and stats leave their marks; an ending ends once', async () => {
    const room = await chat.newRoom();
    await chat.send(room, 'Hello there, keeper');
    const second = (await chat.send(room, 'What about the boat?')).body.ai_message;
    expect(second.content).toContain('The bell rings three times.');
    expect(second.content).toContain(`Did you hear that, ${chat.person.username}?`);
    expect(second.message_metadata).toMatchObject({ turn_event_id: 'ev_bell', turn_no: 2, opening_id: 'set_1' });
    const third = (await chat.send(room, 'And now?')).body.ai_message;
    expect(third.content).not.toContain('The bell rings three times.');
    // The memo waited for a turn without an event; its picture comes with it.
    expect(third.content).toEndWith('[[img:gull]]');
    const ended = (await chat.send(room, 'Farewell forever, Mina')).body.ending_message;
    expect(ended).toMatchObject({
      content: '* [Ending] Together\n* They sail away.',
      message_metadata: { kind: 'ending', ending_id: 'end_love', turn_no: 4, reason: 'extra_conditions' },
    });
    expect((await chat.send(room, 'Farewell forever, once more')).body.ending_message).toBeNull();
    const meta = await chat.meta(room);
    expect(meta.ending).toMatchObject({ id: 'end_love', turnNo: 4 });
    expect(meta.stat_state.trust).toBeWithin(0, 101);
    expect(meta.stat_last_delta_turn).toBeGreaterThan(0);
    for (const { content } of await chat.messages(room)) expect(content).not.toMatch(/CC_STAT|<!--/);
  });

  test('the settings patch: five keys, clamped, kept for the room', async () => {
    const room = await chat.newRoom();
    const settings_patch = {
      temperature: 3,
      next_event_len: 2,
      response_length_pref: 'long',
      postprocess_mode: 'no',
      schema_version: 4,
    };
    const long = await chat.send(room, 'Tell me everything', { settings_patch });
    expect((await chat.meta(room)).settings).toEqual({
      temperature: 1,
      next_event_len: 2,
      response_length_pref: 'long',
      postprocess_mode: 'off',
      prewarm_on_start: true,
    });
    const short = await chat.send(room, 'Tell me everything', { response_length_override: 'short' });
    expect(short.body.ai_message.content.length).toBeLessThan(long.body.ai_message.content.length);
  });

  test('fifty sends at once: consecutive numbers, or 409', async () => {
    const room = await chat.newRoom();
    const { client: second } = await world.secondInstance();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => chat.send(room, `Message ${i}`, {}, i % 2 ? world.client : second)),
    );
    const done = answers.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThan(0);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer.status).toBe(409);
      expect(answer.body.detail).toContain('already in progress');
    }
    // And one after the other, as a patient client would.
    for (let i = 0; i < 3; i += 1) expect((await chat.send(room, `Later ${i}`)).status).toBe(200);
    const rows = await world.ctx.db.pool.execute(
      sql`select turn_no from turns where room_id = ${room} and status = 'done' order by turn_no`,
    );
    expect(rows.map((row) => row.turn_no)).toEqual(Array.from({ length: done.length + 3 }, (_, i) => i + 1));
    expect(await chat.messages(room)).toHaveLength(2 + 2 * rows.length);
    expect((await chat.meta(room)).turn_count).toBe(rows.length);
  });

  test('without Redis’ lease Postgres alone keeps the numbers', async () => {
    const room = await chat.newRoom();
    const flushing = setInterval(() => void world.ctx.redis.commands.del(`chat:room:${room}:lease`), 1);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => chat.send(room, `Storm ${i}`)));
    clearInterval(flushing);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set(answers.some(({ status }) => status === 409) ? [200, 409] : [200]),
    );
    const done = answers.filter(({ status }) => status === 200).length;
    const rows = await world.ctx.db.pool.execute(
      sql`select turn_no from turns where room_id = ${room} and status = 'done' order by 1`,
    );
    expect(rows.map((row) => row.turn_no)).toEqual(Array.from({ length: done }, (_, i) => i + 1));
  });

  test('one key: one effect and one answer, also at once; another body is refused', async () => {
    const room = await chat.newRoom();
    const idempotency_key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => chat.send(room, 'Once', { idempotency_key })));
    expect(new Set(answers.map(({ status }) => status)).size).toBeLessThanOrEqual(2);
    const good = answers.filter(({ status }) => status === 200);
    const replay = await chat.send(room, 'Once', { idempotency_key });
    expect(replay.status).toBe(200);
    for (const { body } of good) expect(body).toEqual(replay.body);
    for (const { status } of answers.filter((answer) => answer.status !== 200)) expect(status).toBe(409);
    expect(await chat.messages(room)).toHaveLength(4);
    expect((await chat.send(room, 'Twice', { idempotency_key })).status).toBe(422);
    const streamed = await world.client.post(
      '/chat/messages/stream',
      { character_id: chat.characterId, room_id: room, content: 'Once' },
      { token: chat.person.token, headers: { 'idempotency-key': idempotency_key } },
    );
    expect(streamed.text).toContain(replay.body.ai_message.id);
    expect(await chat.messages(room)).toHaveLength(4);
  });

  test('statuses', async () => {
    const room = await chat.newRoom();
    const other = await signUp(world);
    const { client } = world;
    const body = { character_id: chat.characterId, room_id: room, content: 'Hi' };
    const { token } = chat.person;
    for (const door of ['/chat/message', '/chat/messages', '/chat/messages/stream']) {
      expect((await client.post(door, body)).status).toBe(401);
      expect((await client.post(door, body, { token: other.token })).status).toBe(403);
      expect((await client.post(door, { ...body, character_id: crypto.randomUUID() }, { token })).status).toBe(403);
      expect((await client.post(door, { ...body, room_id: crypto.randomUUID() }, { token })).status).toBe(404);
      expect((await client.post(door, { ...body, content: 'x'.repeat(5_001) }, { token })).status).toBe(422);
      expect((await client.post(door, { ...body, content: undefined }, { token })).status).toBe(422);
    }
    expect(
      (await client.post('/chat/message', { character_id: crypto.randomUUID(), content: 'x' }, { token })).status,
    ).toBe(404);
    await client.delete(`/chat/rooms/${room}/messages`, { token });
    expect((await client.post('/chat/message', { ...body, content: '' }, { token })).status).toBe(409);
    await world.ctx.db.pool.execute(sql`update rooms set kind = 'origchat', is_current = false where id = ${room}`);
    const wrong = await client.post('/chat/message', body, { token });
    expect([wrong.status, wrong.body.code]).toEqual([409, 'chat.wrong_room_kind']);
  });
});
