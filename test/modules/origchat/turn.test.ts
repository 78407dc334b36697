import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { roomRows } from '../../harness/chat.ts';
import { playIn, type StoryPlay } from '../../harness/origchat.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let play: StoryPlay;
beforeAll(async () => {
  world = await createWorld({ env: { DATABASE_POOL_SIZE: '8' } });
  play = await playIn(world);
});
afterAll(() => world.close());

const turnsOf = (room: string) =>
  world.ctx.db.pool.execute(
    sql`select kind, turn_no, status from turns where room_id = ${room} order by started_at, id`,
  );
const metaOf = async (room: string) => (await play.meta(room)) as Record<string, unknown>;

describe('what a turn stores', () => {
  test('text, a situation, an event, nothing at all', async () => {
    const room = await play.newRoom();
    const text = await play.turn(room, {
      user_text: '  Where did the letter come from?  ',
      choice_id: null,
      trigger: null,
      situation_text: null,
      settings_patch: null,
      idempotency_key: null,
      more: 1,
    });
    expect(text.status).toBe(200);
    expect(text.body).toMatchObject({
      user_message: { content: 'Where did the letter come from?', message_metadata: { kind: 'text' } },
      ai_message: { sender_type: 'assistant', message_metadata: { turn_no: 1 } },
      ending_message: null,
      meta: { turn_count: 1, max_turns: 500, completed: false },
    });
    expect(text.body.assistant).toEqual(text.body.ai_message);
    const situation = await play.turn(room, { situation_text: 'It starts to rain' });
    expect(situation.body).toMatchObject({
      user_message: { content: 'situation: It starts to rain', message_metadata: { kind: 'situation' } },
      meta: { turn_count: 1 },
    });
    expect(situation.body.ai_message.content).toContain('It starts to rain');
    const event = await play.turn(room, { trigger: 'next_event' });
    expect(event.body).toMatchObject({ user_message: null, meta: { turn_count: 2 } });
    const both = await play.turn(room, { user_text: 'I close the door', situation_text: 'Night has come' });
    expect(both.body.user_message.message_metadata).toEqual({ kind: 'text', situation: 'Night has come' });
    const on = await play.turn(room, { trigger: 'unheard of' });
    expect(on.body).toMatchObject({ user_message: null, meta: { turn_count: 3 } });
    expect((await play.messages(room)).map((row: { sender_type: string }) => row.sender_type)).toEqual([
      ...['character', 'user', 'assistant', 'user', 'assistant', 'assistant', 'user', 'assistant', 'assistant'],
    ]);
    expect(await turnsOf(room)).toMatchObject([
      { kind: 'turn', turn_no: 1 },
      { kind: 'situation', turn_no: null },
      { kind: 'event', turn_no: 2 },
      { kind: 'turn', turn_no: 3 },
      { kind: 'continue', turn_no: null },
    ]);
    const replies = (await play.messages(room)).filter(
      (row: { sender_type: string }) => row.sender_type === 'assistant',
    );
    expect(new Set(replies.map(({ content }: { content: string }) => content)).size).toBe(5);
    expect(await metaOf(room)).toMatchObject({ turn_count: 3, mode: 'plain' });
  });

  test('points are not asked for; the settings patch is the one of every room', async () => {
    const room = await play.newRoom();
    await world.ctx.db.pool.execute(sql`update users set preferred_sub_model = 'gpt-5.2' where id = ${play.person.id}`);
    const settings_patch = {
      temperature: 7,
      next_event_len: 5,
      response_length_pref: 'short',
      foo: 1,
      postprocess_mode: 'x',
    };
    expect((await play.turn(room, { user_text: 'Hello there, Ines', settings_patch })).status).toBe(200);
    expect((await metaOf(room)).settings).toEqual({
      temperature: 1,
      next_event_len: 2,
      response_length_pref: 'short',
      postprocess_mode: 'off',
      prewarm_on_start: true,
    });
    const rows = await world.ctx.db.pool.execute(sql`select price_points, model from turns where room_id = ${room}`);
    // Nobody pays, so a model that has a price does not play.
    expect([...rows]).toEqual([{ price_points: 0, model: 'standard' }]);
  });
});

describe('choices', () => {
  const offer = async (room: string, body: object = {}) => play.turn(room, { trigger: 'choices', ...body });

  test('three are issued on demand; choosing one without a text stores its label; they are good once', async () => {
    const room = await play.newRoom();
    const spoken = await play.turn(room, { user_text: 'Tell me about the reef' });
    expect(spoken.body.meta.choices).toBeUndefined();
    const before = await roomRows(world, room);
    const offered = await offer(room);
    expect(offered.status).toBe(200);
    expect(offered.body).toMatchObject({ user_message: null, meta: { turn_count: 1 } });
    expect(offered.body.ai_message).toEqual(spoken.body.ai_message);
    const { choices } = offered.body.meta;
    expect(new Set(choices.map(({ label }: { label: string }) => label)).size).toBe(3);
    for (const { label } of choices) expect(label.length).toBeWithin(1, 21);
    expect((await roomRows(world, room)).messages).toEqual(before.messages);
    expect(await metaOf(room)).toMatchObject({ pending_choices_active: true, initial_choices: choices, turn_count: 1 });

    const stale = await play.turn(room, { choice_id: 'no-such-choice' });
    expect([stale.status, stale.body.code]).toEqual([409, 'origchat.choice_stale']);
    const staleText = await play.turn(room, { choice_id: 'no-such-choice', user_text: 'I try' });
    expect(staleText.status).toBe(409);
    const chosen = await play.turn(room, { choice_id: choices[1].id });
    expect(chosen.body).toMatchObject({
      user_message: { content: choices[1].label, message_metadata: { kind: 'choice', choice_id: choices[1].id } },
      meta: { turn_count: 2 },
    });
    expect((await metaOf(room)).pending_choices_active).toBe(false);
    const rows = await roomRows(world, room);
    for (const { id } of choices) expect((await play.turn(room, { choice_id: id })).status).toBe(409);
    expect(await roomRows(world, room)).toEqual(rows);
    // Choices of one turn are none of the next one's.
    const later = (await offer(room)).body.meta.choices;
    const again = (await offer(room)).body.meta.choices;
    expect((await play.turn(room, { choice_id: later[0].id })).status).toBe(409);
    const texted = await play.turn(room, { choice_id: again[0].id, user_text: 'My own words' });
    expect(texted.body.user_message).toMatchObject({ content: 'My own words', message_metadata: { kind: 'choice' } });
  });

  test('while they wait, the story does not go on by itself; a situation leaves them, a text clears them', async () => {
    const room = await play.newRoom();
    await offer(room);
    const before = await roomRows(world, room);
    const turns = await turnsOf(room);
    const held = await play.turn(room, {
      trigger: 'next_event',
      idempotency_key: 'held',
      settings_patch: { next_event_len: 2 },
    });
    expect(held.status).toBe(200);
    expect(held.body).toMatchObject({
      user_message: null,
      meta: { warning: expect.any(String), turn_count: 0, max_turns: 500, completed: false },
    });
    expect(held.body.ai_message.id).toBe((await play.messages(room))[0].id);
    expect(await roomRows(world, room)).toEqual(before);
    expect(await turnsOf(room)).toEqual(turns);
    expect((await metaOf(room)).settings).toMatchObject({ next_event_len: 2 });
    await play.turn(room, { situation_text: 'A door slams' });
    expect((await play.turn(room, { trigger: 'next_event' })).body.meta.warning).toBeString();
    await play.turn(room, { user_text: 'Something else entirely' });
    const on = await play.turn(room, { trigger: 'next_event', idempotency_key: 'held' });
    expect(on.body.meta).toEqual({ turn_count: 2, max_turns: 500, completed: false });
  });

  test('the command is stored as it was said and stays out of the story', async () => {
    const room = await play.newRoom();
    const { body } = await play.turn(room, { user_text: '/선택지 달아나는 쪽으로' });
    expect(body.user_message).toMatchObject({ content: '/선택지 달아나는 쪽으로', message_metadata: { kind: 'text' } });
    expect(body.meta.choices).toHaveLength(3);
    expect(body.meta.turn_count).toBe(0);
  });

  test('a branch from the last message has them, one from an earlier message has not', async () => {
    const room = await play.newRoom();
    const first = (await play.turn(room, { user_text: 'One thing first' })).body.ai_message.id;
    const last = (await play.turn(room, { user_text: 'And another thing' })).body.ai_message.id;
    const { choices } = (await offer(room)).body.meta;
    const fork = async (message_id: string) =>
      (await world.client.post(`/chat/rooms/${room}/fork`, { message_id }, { token: play.person.token })).body;
    const early = await fork(first);
    expect(await metaOf(early.id)).toMatchObject({ mode: 'plain', turn_count: 1, pending_choices_active: false });
    const late = await fork(last);
    expect(await metaOf(late.id)).toMatchObject({ turn_count: 2, initial_choices: choices });
    expect((await play.turn(late.id, { choice_id: choices[0].id })).body.meta.turn_count).toBe(3);
  });
});

test('a played story is among the recent ones as soon as its user has told anything', async () => {
  const someone = await playIn(world);
  const room = await someone.newRoom();
  const recent = async () =>
    (await world.client.get('/me/characters/recent', { token: someone.person.token })).body as object[];
  expect(await recent()).toEqual([]);
  expect((await someone.turn(room, { situation_text: 'It begins to rain' })).status).toBe(200);
  expect(await recent()).toMatchObject([{ chat_room_id: room, is_origchat: true }]);
});
