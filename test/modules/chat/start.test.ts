import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { type ChatWorld, chatIn, makeCharacter } from '../../harness/chat.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

type Said = Record<string, unknown>;
type Draft = { isPublic?: boolean; story?: { isPublic: boolean; deleted?: boolean } };

let world: World;
let chat: ChatWorld;
beforeAll(async () => {
  world = await createWorld();
  chat = await chatIn(world);
});
afterAll(() => world.close());

const storyOf = async (creatorId: string, fields: { isPublic: boolean; deleted?: boolean }) => {
  const id = crypto.randomUUID();
  await world.ctx.db.pool.execute(sql`
    insert into stories (id, creator_id, title, content, is_public, deleted_at)
    values (${id}, ${creatorId}, 'A story', '', ${fields.isPublic}, ${fields.deleted ? sql`now()` : null})`);
  return id;
};

describe('starting a chat', () => {
  test('stores intro and first line, names filled in, and comes back to the same room', async () => {
    const first = await chat.start();
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      user_id: chat.person.id,
      character_id: chat.characterId,
      message_count: 2,
      summary: null,
      session_id: null,
      forked_from: null,
      character: { id: chat.characterId, name: 'Mina', origin_story_id: null },
    });
    const messages = await chat.messages(first.body.id);
    expect(messages.map((one: Said) => [one.sender_type, one.content, one.message_metadata])).toEqual([
      [
        'assistant',
        `Fog lies over the harbour. Mina waits for ${chat.person.username}.`,
        { kind: 'intro', opening_id: 'set_1' },
      ],
      ['assistant', `"You are late, ${chat.person.username}."`, { kind: 'opening_first_line', opening_id: 'set_1' }],
    ]);
    for (const body of [{}, { opening_id: 'another' }, { opening_id: null }])
      expect((await chat.start(body)).body.id).toBe(first.body.id);
    expect((await chat.start({}, '/chat/rooms')).body.id).toBe(first.body.id);
    expect(await chat.messages(first.body.id)).toEqual(messages);
  });

  test('an unknown opening, or none, is greeted', async () => {
    for (const opening_id of ['nobody', null]) {
      const { body } = await chat.start({ opening_id }, '/chat/start-new');
      expect((await chat.messages(body.id)).map((one: Said) => [one.content, one.message_metadata])).toEqual([
        [`"You are late, ${chat.person.username}."`, null],
      ]);
    }
  });

  test('start-new takes the place of the current room; one key opens one room', async () => {
    const old = (await chat.start()).body.id;
    const idempotency_key = crypto.randomUUID();
    const rooms = await Promise.all(
      Array.from({ length: 8 }, () => chat.start({ idempotency_key }, '/chat/start-new')),
    );
    expect(new Set(rooms.map(({ status }) => status))).toEqual(new Set([201]));
    const [fresh, ...others] = new Set(rooms.map(({ body }) => body.id));
    expect(others).toEqual([]);
    expect(fresh).not.toBe(old);
    expect((await chat.start()).body.id).toBe(fresh);
    expect((await chat.start({ idempotency_key, opening_id: 'x' }, '/chat/start-new')).status).toBe(422);
    expect((await chat.get(`/chat/rooms/latest-by-character/${chat.characterId}`)).body).toMatchObject({
      has_room: true,
    });
  });

  test('twenty starts at once are one room with one opening', async () => {
    const characterId = await makeCharacter(world, chat.creator);
    const answers = await Promise.all(Array.from({ length: 20 }, () => chat.start({ character_id: characterId })));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await chat.messages(answers[0]!.body.id)).toHaveLength(2);
  });

  test.each([
    ['somebody else’s private character', { isPublic: false }, 403, 'character.private'],
    ['a character out of a private story', { story: { isPublic: false } }, 403, 'chat.story_private'],
    ['a character out of a deleted story', { story: { isPublic: false, deleted: true } }, 410, 'chat.story_gone'],
    [
      'a private one out of a deleted story',
      { isPublic: false, story: { isPublic: false, deleted: true } },
      410,
      'chat.story_gone',
    ],
  ])('%s is refused, and so are rooms that are older', async (_, { story, ...draft }: Draft, status, code) => {
    const characterId = await makeCharacter(world, chat.creator);
    const room = (await chat.start({ character_id: characterId })).body.id;
    const message = (await chat.messages(room))[0].id;
    const storyId = story ? await storyOf(chat.creator.id, story) : null;
    await world.ctx.db.pool.execute(sql`
      update characters set is_public = ${draft.isPublic ?? true}, origin_story_id = ${storyId} where id = ${characterId}`);
    const { token } = chat.person;
    const { client } = world;
    const send = { character_id: characterId, room_id: room, content: 'Hi' };
    const answers = await Promise.all([
      client.post('/chat/start', { character_id: characterId }, { token }),
      client.post('/chat/start-new', { character_id: characterId }, { token }),
      client.get(`/chat/rooms/${room}`, { token }),
      client.get(`/chat/rooms/${room}/meta`, { token }),
      client.get(`/chat/rooms/${room}/messages?tail=1`, { token }),
      client.get(`/chat/history/${room}`, { token }),
      client.get(`/chat/rooms/${room}/export`, { token }),
      client.get(`/chat/rooms/${room}/stream`, { token }),
      client.post('/chat/message', send, { token }),
      client.post('/chat/messages', { ...send, room_id: null }, { token }),
      client.post('/chat/messages/stream', send, { token }),
      client.post(`/chat/rooms/${room}/magic-choices`, {}, { token }),
      client.post(`/chat/rooms/${room}/next-action`, {}, { token }),
      client.post(`/chat/rooms/${room}/stop`, undefined, { token }),
      client.post(`/chat/rooms/${room}/fork`, { message_id: message }, { token }),
      client.post(`/chat/read/rooms/${room}/mark`, undefined, { token }),
      client.patch(`/chat/messages/${message}`, { content: 'x' }, { token }),
      client.post(`/chat/messages/${message}/feedback`, { action: 'upvote' }, { token }),
      client.delete(`/chat/rooms/${room}/messages`, { token }),
      client.delete(`/chat/rooms/${room}`, { token }),
    ]);
    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual(answers.map(() => [status, code]));
    expect((await chat.get(`/chat/rooms/latest-by-character/${characterId}`)).body).toEqual({
      has_room: false,
      room_id: null,
      updated_at: null,
    });
    expect((await chat.get('/chat/rooms?limit=500')).body.map((one: Said) => one.id)).not.toContain(room);
    expect(
      (await client.post('/chat/start', { character_id: characterId }, { token: chat.creator.token })).status,
    ).toBe(code === 'chat.story_gone' ? 410 : 201);
  });

  test('statuses', async () => {
    const { client } = world;
    const { token } = chat.person;
    const start = (body: unknown, call: object = { token }) => client.post('/chat/start', body, call);
    expect((await start({ character_id: crypto.randomUUID() })).body.detail).toContain('캐릭터를 찾을 수 없습니다');
    expect((await start({ character_id: crypto.randomUUID() })).status).toBe(404);
    expect((await start({ character_id: 'x' })).status).toBe(422);
    expect((await start({ character_id: chat.characterId, opening_id: 'x'.repeat(81) })).status).toBe(422);
    expect((await start({ character_id: chat.characterId }, {})).status).toBe(401);
    expect((await start({}, {})).status).toBe(401);
  });
});

describe('the pinned character', () => {
  test('a room plays the character of its beginning', async () => {
    const characterId = await makeCharacter(world, chat.creator);
    const room = (await chat.start({ character_id: characterId })).body.id;
    await world.ctx.db.pool.execute(
      sql`update characters set name = 'Nobody', start_sets = null where id = ${characterId}`,
    );
    const sent = await chat.send(room, 'Who are you really, by the old lighthouse?', { character_id: characterId });
    expect(sent.body.ai_message.content).toContain('Mina');
    expect((await chat.meta(room)).stat_defs).toHaveLength(1);
  });

  test('a deleted character takes its rooms, messages and keys with it', async () => {
    const person = await signUp(world);
    const characterId = await makeCharacter(world, chat.creator);
    const body = { character_id: characterId, opening_id: 'set_1' };
    const room = (await world.client.post('/chat/start', body, { token: person.token })).body.id;
    await world.client.get(`/chat/rooms/${room}/meta`, { token: person.token });
    expect(await world.ctx.redis.commands.exists(`chat:room:${room}:meta`)).toBe(1);
    expect(
      (await world.client.delete(`/characters/${characterId}`, { token: chat.creator.token })).status,
    ).toBeLessThan(300);
    expect((await world.client.get(`/chat/rooms/${room}`, { token: person.token })).status).toBe(404);
    const left = await world.ctx.db.pool.execute(sql`select 1 from messages where room_id = ${room}`);
    expect(left).toHaveLength(0);
    expect(await world.ctx.redis.commands.exists(`chat:room:${room}:meta`)).toBe(0);
  });
});
