import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { makeCastMember, playIn, type StoryPlay } from '../../harness/origchat.ts';
import { signUp } from '../../harness/people.ts';
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

describe('the same key again', () => {
  test('k times at once and later: one user row, one reply, one counted turn', async () => {
    const room = await play.newRoom();
    const { client: second } = await world.secondInstance();
    const body = { user_text: 'Only once, please', idempotency_key: crypto.randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) => play.turn(room, body, i % 2 ? second : world.client)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [reply] = answers.map(({ body }) => body.ai_message);
    for (const { body } of answers) expect(body.ai_message).toEqual(reply);
    expect(answers.filter(({ body }) => body.user_message !== null).length).toBeGreaterThan(0);
    expect(await play.messages(room)).toHaveLength(3);
    const replay = {
      user_message: null,
      ai_message: reply,
      ending_message: null,
      meta: { skipped: true, reason: 'idempotent', turn_count: 1, max_turns: 500, completed: false },
      assistant: reply,
      suggested_image_index: -1,
    };
    expect((await play.turn(room, body)).body).toEqual(replay);
    // Not the last key any more, Redis empty: Postgres remembers every key.
    await play.turn(room, { user_text: 'Another turn now', idempotency_key: crypto.randomUUID() });
    expect((await play.turn(room, body)).body).toEqual(replay);
    await world.ctx.redis.commands.flushdb();
    expect((await play.turn(room, body)).body).toEqual(replay);
    expect((await play.turn(room, { ...body, user_text: 'Other' })).status).toBe(422);
    expect((await metaOf(room)).turn_count).toBe(2);
  });

  test('the last key is answered from Redis’ meta', async () => {
    const room = await play.newRoom();
    const body = { user_text: 'Remember me', idempotency_key: crypto.randomUUID() };
    const first = await play.turn(room, body);
    expect(await metaOf(room)).toMatchObject({ last_idem_key: body.idempotency_key });
    const cached = JSON.parse((await world.ctx.redis.commands.get(`chat:room:${room}:meta`)) ?? '{}');
    expect(cached.last).toMatchObject({ key: body.idempotency_key });
    // Without its key the turn could not be found any other way.
    await world.ctx.db.pool.execute(sql`update turns set idempotency_key = null where room_id = ${room}`);
    const again = await play.turn(room, body);
    expect(again.body).toMatchObject({
      ai_message: first.body.ai_message,
      meta: { skipped: true, reason: 'idempotent' },
    });
    expect((await play.turn(room, { ...body, user_text: 'Other' })).status).toBe(422);
  });

  test('a turn that was played again answers its old key with what its place shows now', async () => {
    const room = await play.newRoom();
    const body = { user_text: 'Say it again', idempotency_key: crypto.randomUUID() };
    const { id } = (await play.turn(room, body)).body.ai_message;
    for (let times = 1; times <= 2; times += 1) {
      const retried = await world.client.post(`/chat/messages/${id}/retry`, {}, { token: play.person.token });
      expect(retried.status).toBe(200);
      const again = await play.turn(room, body);
      expect(again.body).toMatchObject({ ai_message: retried.body.ai_message, meta: { skipped: true, turn_count: 1 } });
    }
    expect(await play.messages(room)).toHaveLength(3);
  });

  test('choices that were issued come again with their key', async () => {
    const room = await play.newRoom();
    const body = { trigger: 'choices', idempotency_key: crypto.randomUUID() };
    const first = await play.turn(room, body);
    const again = await play.turn(room, body);
    expect(again.body.meta).toEqual({ ...first.body.meta, skipped: true, reason: 'idempotent' });
  });
});

test('a forced start with the same key opens one room, whichever greeting is drawn', async () => {
  const characterId = await makeCastMember(world, play.creator, play.storyId, {
    name: 'Mixed',
    greeting: 'Hi.\nor\nThe lamp went out an hour ago, and still I wait for somebody.',
  });
  const body = { character_id: characterId, force_new: true, start: { chapter: 1 }, idempotency_key: 'once' };
  const starts = [];
  for (let times = 0; times < 16; times += 1) starts.push(await play.start(body));
  expect(new Set(starts.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  expect((await play.start({ ...body, start: { chapter: 2 } })).status).toBe(422);
});

test('fifty turns at once: consecutive numbers, or 409', async () => {
  const room = await play.newRoom();
  const { client: second } = await world.secondInstance();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      play.turn(room, i % 5 ? { user_text: `Turn ${i}` } : { trigger: 'next_event' }, i % 2 ? world.client : second),
    ),
  );
  const done = answers.filter(({ status }) => status === 200);
  for (const { status, body } of answers)
    if (status !== 200) expect([status, body.code]).toEqual([409, 'chat.turn_in_progress']);
  const rows = await turnsOf(room);
  expect(rows.map((row) => row.turn_no)).toEqual(Array.from({ length: done.length }, (_, i) => i + 1));
  expect((await metaOf(room)).turn_count).toBe(done.length);
});

test('the last turn tells the end, once; playing goes on', async () => {
  const room = await play.newRoom();
  await world.ctx.db.pool.execute(
    sql`update rooms set details = details || '{"max_turns": 2}'::jsonb, version = version + 1 where id = ${room}`,
  );
  expect((await play.turn(room, { user_text: 'The first of two' })).body.meta).toEqual({
    turn_count: 1,
    max_turns: 2,
    completed: false,
  });
  const body = { user_text: 'The last of two', idempotency_key: crypto.randomUUID() };
  const crossing = (await play.turn(room, body)).body.meta;
  expect(crossing).toMatchObject({ turn_count: 2, completed: true });
  expect(crossing.final_narration).toContain('Ines');
  expect((await play.turn(room, body)).body.meta.final_narration).toBe(crossing.final_narration);
  expect(await metaOf(room)).toMatchObject({ completed: true, turn_count: 2 });
  const after = (await play.turn(room, { user_text: 'One more' })).body.meta;
  expect(after).toEqual({ turn_count: 3, max_turns: 2, completed: true });
});

test('Redis wiped between start and turn: neither room nor mode nor number is lost', async () => {
  const person = await signUp(world);
  const { token } = person;
  const room = (await play.start({ start: { chapter: 3 } }, { token })).body.id;
  const turn = (text: string) =>
    world.client.post('/chat/origchat/turn', { room_id: room, user_text: text }, { token });
  await world.ctx.redis.commands.flushdb();
  expect((await turn('Hello Ines, how are you')).body.meta.turn_count).toBe(1);
  await world.ctx.redis.commands.flushdb();
  expect((await play.start({}, { token })).body.id).toBe(room);
  const meta = (await world.client.get(`/chat/rooms/${room}/meta`, { token })).body;
  expect(meta).toMatchObject({ mode: 'plain', turn_count: 1, start: { chapter: 3 }, max_turns: 500 });
  await world.ctx.redis.commands.flushdb();
  expect((await turn('And what now')).body.meta.turn_count).toBe(2);
});
