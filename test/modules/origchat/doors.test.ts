import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { makeCharacter } from '../../harness/chat.ts';
import { playIn, type StoryPlay } from '../../harness/origchat.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let play: StoryPlay;
beforeAll(async () => {
  world = await createWorld({ env: { DATABASE_POOL_SIZE: '8' } });
  play = await playIn(world);
});
afterAll(() => world.close());

describe('other doors', () => {
  test('a turn can be played again, regenerated and voted on; the wrong kind of room is 409 both ways', async () => {
    const room = await play.newRoom();
    const { token } = play.person;
    await play.turn(room, { user_text: 'What lies below the reef?' });
    const spoken = (await play.turn(room, { situation_text: 'The lamp goes out' })).body;
    const id = spoken.ai_message.id;
    const retried = await world.client.post(`/chat/messages/${id}/retry`, {}, { token });
    expect(retried.status).toBe(200);
    expect(retried.body).toMatchObject({ ai_message: { id }, meta: { turn_count: 1, max_turns: 500 } });
    expect(retried.body.ai_message.content).toContain('The lamp goes out');
    const regenerated = await world.client.post(`/chat/messages/${id}/regenerate`, { instruction: null }, { token });
    expect(regenerated.body.ai_message.id).toBe(id);
    const report = await world.client.get(`/chat/messages/${id}/context`, { token });
    expect(report.body.sections.map(({ section }: { section: string }) => section)).toContain('bound');
    expect((await world.client.get(`/chat/rooms/${room}/export`, { token })).body.kind).toBe('origchat');

    const send = { character_id: play.characterId, room_id: room, content: 'Hi' };
    const wrong = await world.client.post('/chat/message', send, { token });
    expect([wrong.status, wrong.body.code]).toEqual([409, 'chat.wrong_room_kind']);
    const characterId = await makeCharacter(world, play.creator);
    const chat = await world.client.post('/chat/start', { character_id: characterId }, { token });
    const other = await play.turn(chat.body.id, { user_text: 'Hi' });
    expect([other.status, other.body.code]).toEqual([409, 'chat.wrong_room_kind']);
    // Both kinds of rooms with one character live beside each other.
    const beside = await world.client.post('/chat/start', { character_id: play.characterId }, { token });
    expect(beside.body.id).not.toBe(room);
    expect((await world.client.get(`/chat/rooms/${beside.body.id}/meta`, { token })).body.mode).toBeNull();
  });

  test('statuses of turns; a story made private or deleted locks older rooms, too', async () => {
    const { client } = world;
    const own = await playIn(world);
    const room = await own.newRoom();
    const { token } = own.person;
    for (const path of ['/chat/origchat/turn', '/chat/origchat/turn/stream']) {
      const status = async (body: unknown, who: string | undefined = token) => {
        const answer = await client.post(path, body, who === undefined ? {} : { token: who });
        return [answer.status, answer.body?.code];
      };
      const body = { room_id: room, user_text: 'Hi' };
      expect((await client.post(path, body)).status).toBe(401);
      expect(await status(null)).toEqual([400, 'origchat.room_required']);
      expect(await status({ room_id: 'x', user_text: 'Hi' })).toEqual([400, 'origchat.room_required']);
      expect(await status({ ...body, room_id: crypto.randomUUID() })).toEqual([404, 'chat.room_not_found']);
      expect(await status(body, own.creator.token)).toEqual([403, 'chat.not_your_room']);
      expect((await status({ ...body, user_text: 'x'.repeat(5_001) }))[0]).toBe(422);
      expect((await status({ ...body, user_text: 7 }))[0]).toBe(422);
      expect(await status({ ...body, choice_id: 'old' })).toEqual([409, 'origchat.choice_stale']);
    }
    await client.delete(`/chat/rooms/${room}/messages`, { token });
    for (const body of [{}, { trigger: 'choices' }])
      expect((await own.turn(room, body)).body.code).toBe('chat.nothing_to_continue');
    // A cleared room greets again.
    const back = await own.start({});
    expect(back.body).toMatchObject({ id: room, message_count: 1 });
    const change = (set: ReturnType<typeof sql>) =>
      world.ctx.db.pool.execute(sql`update stories set ${set} where id = ${own.storyId}`);
    await change(sql`is_public = false`);
    expect((await own.turn(room, { user_text: 'Hi' })).body.code).toBe('chat.story_private');
    await change(sql`deleted_at = now()`);
    expect((await own.turn(room, { user_text: 'Hi' })).status).toBe(410);
    await change(sql`deleted_at = null, is_public = true`);
    await world.ctx.db.pool.execute(sql`update characters set origin_story_id = null where id = ${own.characterId}`);
    expect((await own.turn(room, { user_text: 'Hi' })).status).toBe(410);
  });
});

test('a story that is deleted while somebody starts it, or chats with its person, leaves no room behind', async () => {
  const own = await playIn(world);
  const chat = () =>
    world.client.post('/chat/start-new', { character_id: own.characterId }, { token: own.person.token });
  const deleting = world.client.delete(`/stories/${own.storyId}`, { token: own.creator.token });
  const starting = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? own.start({ force_new: true }) : chat())),
  );
  expect((await deleting).status).toBe(200);
  for (const { status } of starting) expect([201, 404, 410]).toContain(status);
  expect([404, 410]).toContain((await own.start({ force_new: true })).status);
  const rows = await world.ctx.db.pool.execute(sql`
    select 1 from rooms where story_id = ${own.storyId} or character_id = ${own.characterId}`);
  expect(rows).toHaveLength(0);
});

test('a room that is forked while its story is deleted leaves no branch behind', async () => {
  for (let round = 0; round < 4; round += 1) {
    const own = await playIn(world);
    const room = await own.newRoom();
    await own.turn(room, { user_text: 'Hello' });
    const message = (await own.messages(room)).at(-1).id;
    const fork = () =>
      world.client.post(`/chat/rooms/${room}/fork`, { message_id: message }, { token: own.person.token });
    const forking = Array.from({ length: 6 }, fork);
    const deleting = world.client.delete(`/stories/${own.storyId}`, { token: own.creator.token });
    for (const { status } of await Promise.all([...forking, fork(), fork()])) expect([201, 404, 410]).toContain(status);
    expect((await deleting).status).toBe(200);
    const rows = await world.ctx.db.pool.execute(sql`select 1 from rooms where character_id = ${own.characterId}`);
    expect(rows).toHaveLength(0);
  }
});

test('what is played is counted', async () => {
  const own = await playIn(world);
  const room = await own.newRoom();
  await own.turn(room, { user_text: 'Hello there, Ines' });
  await own.turn(room, { trigger: 'next_event' });
  await own.turn(room, { trigger: 'choices' });
  await Promise.all(world.ctx.background);
  const fields = new Map<string, string>();
  for (const key of await world.ctx.redis.commands.keys('*'))
    if ((await world.ctx.redis.commands.type(key)) === 'hash')
      for (const [field, value] of Object.entries(await world.ctx.redis.commands.hgetall(key)))
        fields.set(field, value);
  expect(fields.get(`${room}:tti_count`)).toBe('2');
  expect(fields.get(`${room}:next_event`)).toBe('1');
  expect(fields.get(`${own.storyId}:choices_requested`)).toBe('1');
});
