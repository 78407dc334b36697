import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { startCounts } from '../../../src/modules/origchat/start-count.ts';
import { makeCastMember, makeStory, playIn, type StoryPlay } from '../../harness/origchat.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

let world: World;
let play: StoryPlay;
beforeAll(async () => {
  world = await createWorld({ env: { DATABASE_POOL_SIZE: '8' } });
  play = await playIn(world);
});
afterAll(() => world.close());

const starts = async (storyId: string) => world.ctx.redis.commands.get(`origchat:story:${storyId}:starts`);

describe('starting a story', () => {
  test('a new room: plain, with defaults, greeted; the same one comes back, changed in what was asked only', async () => {
    const person = await signUp(world);
    const wish = {
      mode: 'parallel',
      start: { chapter: 2, scene_id: 'auto-2-1' },
      range_from: 1,
      range_to: 2,
      pov: null,
    };
    const first = await play.start(wish, { token: person.token });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ character_id: play.characterId, message_count: 1, session_id: null });
    const get = (path: string) => world.client.get(`/chat/rooms/${first.body.id}${path}`, { token: person.token });
    const messages = (await get('/messages')).body;
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ sender_type: 'character', message_metadata: { kind: 'intro' } });
    expect(messages[0].content).toContain(person.username);
    const meta = (await get('/meta')).body;
    expect(meta).toMatchObject({
      mode: 'plain',
      start: { chapter: 2, scene_id: 'auto-2-1' },
      range_from: 1,
      range_to: 2,
      player_max: 2,
      max_turns: 500,
      turn_count: 0,
      completed: false,
      narrator_mode: false,
      init_stage: 'ready',
      intro_ready: true,
      is_infinite: false,
      stat_defs: [],
      pending_choices_active: false,
    });
    expect(meta.settings).toEqual({
      postprocess_mode: 'off',
      next_event_len: 1,
      response_length_pref: 'medium',
      prewarm_on_start: true,
      temperature: 0.7,
    });
    const again = await play.start({ narrator_mode: true, response_length_pref: 'short' }, { token: person.token });
    expect(again.body.id).toBe(first.body.id);
    const changed = (await get('/meta')).body;
    expect(changed).toMatchObject({ start: wish.start, range_to: 2, narrator_mode: true, turn_count: 0 });
    expect(changed.settings.response_length_pref).toBe('short');
    expect((await get('/messages')).body).toEqual(messages);
  });

  test('a creator’s greeting that says something is used; a persona is greeted by the model', async () => {
    const person = await signUp(world);
    const characterId = await makeCastMember(world, play.creator, play.storyId, {
      greeting: '{{user}} stands at the door, and {{char}} lets them in.',
    });
    const persona = await world.client.post(
      '/user-personas',
      { name: 'Captain Ro', description: 'A captain without a ship.', apply_scope: 'origchat' },
      { token: person.token },
    );
    await world.client.post('/user-personas/set-active', { persona_id: persona.body.id }, { token: person.token });
    const open = async (body: object) => {
      const room = await play.start({ character_id: characterId, force_new: true, ...body }, { token: person.token });
      const { body: rows } = await world.client.get(`/chat/rooms/${room.body.id}/messages`, { token: person.token });
      return rows[0].content as string;
    };
    expect(await open({})).toBe(`Captain Ro stands at the door, and Ines lets them in.`);
    expect(await open({ pov: 'persona' })).not.toContain('stands at the door');
  });

  test.each([
    [{ force_new: true }, true],
    [{ forceNew: 'YES ' }, true],
    [{ 'force-new': 'on' }, true],
    [{ force_new: null, forceNew: 1 }, true],
    [{ force_new: 'y' }, true],
    [{ force_new: '1' }, true],
    [{ force_new: 'true' }, true],
    [{ force_new: 'no', forceNew: true }, false],
    [{ force_new: false, 'force-new': true }, false],
    [{ force_new: '' }, false],
    [{ forceNew: 0 }, false],
  ])('%j opens a new room: %p', async (body, fresh) => {
    const person = await signUp(world);
    const first = await play.start({}, { token: person.token });
    const before = Number(await starts(play.storyId));
    const second = await play.start(body, { token: person.token });
    expect(second.body.id !== first.body.id).toBe(fresh);
    expect(Number(await starts(play.storyId))).toBe(before + (fresh ? 1 : 0));
  });

  test('fifty starts at once: one room, one greeting, one more start; also without Redis’ help', async () => {
    const { client: second } = await world.secondInstance();
    for (const flush of [false, true]) {
      const person = await signUp(world);
      const before = (await startCounts(world.ctx, [play.storyId])).get(play.storyId) ?? 0;
      const wiping = flush ? setInterval(() => void world.ctx.redis.commands.flushdb(), 2) : undefined;
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          play.start({}, { token: person.token, client: i % 2 ? second : world.client }),
        ),
      );
      clearInterval(wiping);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      const rows = await world.ctx.db.pool.execute(sql`select 1 from rooms where user_id = ${person.id}`);
      expect(rows).toHaveLength(1);
      const said = await world.ctx.db.pool.execute(sql`select 1 from messages where room_id = ${answers[0]!.body.id}`);
      expect(said).toHaveLength(1);
      expect((await startCounts(world.ctx, [play.storyId])).get(play.storyId)).toBe(before + 1);
    }
  });

  test('a forced start with a key makes one room, also at once', async () => {
    const person = await signUp(world);
    const key = crypto.randomUUID();
    const open = (body: object = {}) =>
      play.start({ force_new: true, idempotency_key: key, ...body }, { token: person.token });
    const answers = await Promise.all(Array.from({ length: 8 }, () => open()));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await open()).body.id).toBe(answers[0]!.body.id);
    expect((await open({ start: { chapter: 3 } })).status).toBe(422);
  });

  test('starts are counted for good: a lost counter comes back, a deleted room still counts', async () => {
    const storyId = await makeStory(world, play.creator);
    const characterId = await makeCastMember(world, play.creator, storyId);
    const open = () => play.start({ character_id: characterId, story_id: storyId, force_new: true });
    const first = await open();
    await open();
    expect(await starts(storyId)).toBe('2');
    await world.client.delete(`/chat/rooms/${first.body.id}`, { token: play.person.token });
    await world.ctx.redis.commands.flushdb();
    const other = crypto.randomUUID();
    expect(await startCounts(world.ctx, [storyId, other, storyId])).toEqual(
      new Map([
        [storyId, 2],
        [other, 0],
      ]),
    );
    expect(await starts(storyId)).toBe('2');
    await world.ctx.redis.commands.flushdb();
    await open();
    expect(await starts(storyId)).toBe('3');
  });

  test('what may not be started', async () => {
    const { client } = world;
    const { token } = play.person;
    const admin = await signUpAdmin(world);
    const body = { character_id: play.characterId };
    const status = async (given: unknown, who = token) => {
      const answer = await client.post('/chat/origchat/start', given, { token: who });
      return [answer.status, answer.body.code];
    };
    expect((await client.post('/chat/origchat/start', body)).status).toBe(401);
    expect(await status(null)).toEqual([400, 'origchat.character_required']);
    expect(await status({ character_id: 'x' })).toEqual([400, 'origchat.character_required']);
    expect(await status({ character_id: crypto.randomUUID() })).toEqual([404, 'character.not_found']);
    expect(await status({ ...body, story_id: crypto.randomUUID() })).toEqual([410, 'chat.story_gone']);
    const other = await makeStory(world, play.creator);
    expect(await status({ ...body, story_id: other })).toEqual([400, 'origchat.wrong_story']);
    expect((await status({ ...body, story_id: 'malformed' }))[0]).toBe(201);
    const homeless = await makeCastMember(world, play.creator, null);
    expect(await status({ character_id: homeless })).toEqual([400, 'origchat.no_story']);

    const hidden = await makeCastMember(world, play.creator, play.storyId, { isPublic: false });
    expect(await status({ character_id: hidden })).toEqual([403, 'character.private']);
    for (const { token: who } of [play.creator, admin])
      expect((await status({ character_id: hidden }, who))[0]).toBe(201);

    const secret = await makeStory(world, play.creator, { isPublic: false });
    const inSecret = await makeCastMember(world, play.creator, secret);
    expect(await status({ character_id: inSecret })).toEqual([403, 'chat.story_private']);
    for (const { token: who } of [play.creator, admin])
      expect((await status({ character_id: inSecret, story_id: secret }, who))[0]).toBe(201);

    // Deleted wins over private.
    await world.ctx.db.pool.execute(sql`update stories set deleted_at = now(), is_public = false where id = ${secret}`);
    await world.ctx.db.pool.execute(sql`update characters set is_public = false where id = ${inSecret}`);
    for (const given of [{ character_id: inSecret }, { character_id: hidden, story_id: secret }])
      expect(await status(given)).toEqual([410, 'chat.story_gone']);
    expect(await status({ character_id: inSecret }, play.creator.token)).toEqual([410, 'chat.story_gone']);
  });
});
