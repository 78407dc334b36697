import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { fail } from '../../../src/lib/errors.ts';
import type { Llm } from '../../../src/llm/gateway.ts';
import { roomRows, type Scripted, scriptedChat } from '../../harness/chat.ts';
import { playIn, type StoryPlay } from '../../harness/origchat.ts';
import { signUp } from '../../harness/people.ts';
import { type Event, eventsOf, readEvents } from '../../harness/sse.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let writer: World;
let play: StoryPlay;
let model: Scripted;
/** Answers of the tasks beside turns, as the test wants them; without an entry the offline model answers. */
const answers: Partial<
  Record<'orig.polish' | 'orig.greeting', (facts: { goal?: string }, signal: AbortSignal) => Promise<string>>
> = {};

function answering(llm: Llm): Llm {
  return {
    ...llm,
    async *streamText(call, signal) {
      const answer = call.task === 'orig.polish' || call.task === 'orig.greeting' ? answers[call.task] : undefined;
      if (!answer) return yield* llm.streamText(call, signal);
      yield await answer(call.facts as { goal?: string }, signal);
    },
  };
}

beforeAll(async () => {
  world = await createWorld();
  model = scriptedChat(world.ctx.llm);
  writer = await createWorld({
    stores: { ...world.stores, drop: async () => undefined },
    overrides: { llm: answering(model.llm) },
  });
  play = await playIn(world);
});
afterAll(async () => {
  await writer.close();
  await world.close();
});

const namesOf = (events: Event[]) => events.map(({ event }) => event).filter((name, i, all) => name !== all[i - 1]);
const textOf = (events: Event[]) => events.map(({ event, data }) => (event === 'delta' ? data.delta : '')).join('');
const finalOf = (events: Event[]) => events.find(({ event }) => event === 'final')?.data;
const follow = (room: string, client = world.client) =>
  client.open('GET', `/chat/rooms/${room}/stream`, { token: play.person.token });

describe('a streamed turn of a story', () => {
  test('start, user, deltas, final, done; followed anew it says the same', async () => {
    const room = await play.newRoom();
    const events = await readEvents(await play.stream(room, { user_text: 'What did you find beneath the lamp?' }));
    expect(namesOf(events)).toEqual(['start', 'user', 'delta', 'final', 'done']);
    expect(textOf(events)).toBe(finalOf(events).ai_message.content);
    expect(finalOf(events).meta).toEqual({ turn_count: 1, max_turns: 500, completed: false });
    const again = await readEvents(await follow(room));
    expect(again.slice(2)).toEqual(events.slice(2));
    await world.ctx.redis.commands.flushdb();
    const { client: second } = await world.secondInstance();
    expect(finalOf(await readEvents(await follow(room, second)))).toEqual(finalOf(events));
  });

  test('what is answered at once has no text to tell: choices, the guard, a known key', async () => {
    const room = await play.newRoom();
    const body = { user_text: 'Only once', idempotency_key: crypto.randomUUID() };
    const first = await readEvents(await play.stream(room, body));
    const again = await readEvents(await play.stream(room, body));
    expect(namesOf(again)).toEqual(['start', 'final', 'done']);
    expect(finalOf(again)).toMatchObject({
      user_message: null,
      ai_message: finalOf(first).ai_message,
      meta: { skipped: true, reason: 'idempotent' },
    });
    const offered = await readEvents(await play.stream(room, { trigger: 'choices' }));
    expect(namesOf(offered)).toEqual(['start', 'final', 'done']);
    expect(finalOf(offered).meta.choices).toHaveLength(3);
    expect(finalOf(offered).ai_message).toEqual(finalOf(first).ai_message);
    expect(finalOf(await readEvents(await follow(room)))).toEqual(finalOf(offered));
    const held = await readEvents(await play.stream(room, { trigger: 'next_event' }));
    expect(namesOf(held)).toEqual(['start', 'final', 'done']);
    expect(finalOf(held).meta.warning).toBeString();
  });

  test('the same key while it runs joins, on any instance, as JSON and as a stream; another turn is 409', async () => {
    const room = await play.newRoom();
    const body = { user_text: 'Tell me slowly', idempotency_key: crypto.randomUUID() };
    const first = readEvents(await play.stream(room, body, writer.client));
    const joined = readEvents(await play.stream(room, body));
    const json = play.turn(room, body);
    expect((await play.turn(room, { user_text: 'Something else' })).body.code).toBe('chat.turn_in_progress');
    expect((await play.turn(room, { ...body, user_text: 'Not the same' })).status).toBe(422);
    model.say('There was a bell below the reef.');
    model.end();
    const result = finalOf(await first);
    expect(result.ai_message.content).toBe('There was a bell below the reef.');
    expect(finalOf(await joined)).toEqual(result);
    expect(await json.then(({ body }) => body)).toEqual({ ...result, assistant: result.ai_message });
    expect(model.calls).toHaveLength(1);
  });

  test('a failing turn leaves nothing, and whoever joined hears of it; its key is free again', async () => {
    const room = await play.newRoom();
    await play.turn(room, { trigger: 'choices' });
    const { choices } = (await play.turn(room, { trigger: 'choices' })).body.meta;
    const before = await roomRows(world, room);
    const body = { choice_id: choices[0].id, idempotency_key: crypto.randomUUID() };
    const opened = readEvents(await play.stream(room, body, writer.client));
    const joined = play.turn(room, body);
    model.say('Half a sen');
    await until(async () => (await roomRows(world, room)).messages.length > before.messages.length);
    model.fail(new Error('upstream broke'));
    expect((await opened).slice(-2)).toMatchObject([{ event: 'error', data: { code: 503 } }, { event: 'done' }]);
    expect((await joined).body.code).toBe('llm.unavailable');
    expect(await roomRows(world, room)).toEqual(before);
    const again = await play.turn(room, body);
    expect(again.body).toMatchObject({ user_message: { content: choices[0].label }, meta: { turn_count: 1 } });
  });

  test('stopped after the first word it stays; stopped before it never was', async () => {
    const room = await play.newRoom();
    const stop = () => writer.client.post(`/chat/rooms/${room}/stop`, undefined, { token: play.person.token });
    const before = await roomRows(world, room);
    const first = await play.stream(room, { trigger: 'next_event' }, writer.client);
    expect((await stop()).body).toEqual({ stopped: true });
    expect((await readEvents(first)).at(-2)).toMatchObject({ event: 'error', data: { code: 409 } });
    expect(await roomRows(world, room)).toEqual(before);
    const opened = await play.stream(room, { trigger: 'next_event' }, writer.client);
    const events: Event[] = [];
    const reading = (async () => {
      for await (const event of eventsOf(opened)) events.push(event);
    })();
    model.say('The tide comes in and ');
    await until(() => textOf(events) !== '');
    await stop();
    await reading;
    expect(finalOf(events)).toMatchObject({
      ai_message: { content: 'The tide comes in and', message_metadata: { stopped: true } },
      meta: { turn_count: 1 },
    });
  });
});

describe('a reply that is worked over', () => {
  const polishing = (mode: string) => ({ settings_patch: { postprocess_mode: mode, next_event_len: 1 } });

  test('is shown afterwards, in stages; what is shown is what is stored', async () => {
    const room = await play.newRoom();
    answers['orig.polish'] = async ({ goal }) => `polished for ${goal}`;
    const opened = await play.stream(room, { user_text: 'Hello Ines', ...polishing('always') }, writer.client);
    model.say('A rough draft that nobody sees.');
    model.end();
    const events = await readEvents(opened);
    expect(events.filter(({ event }) => event === 'stage').map(({ data }) => data.name)).toEqual([
      'generating',
      'polishing',
    ]);
    expect(namesOf(events)).toEqual(['start', 'user', 'stage', 'delta', 'final', 'done']);
    expect(textOf(events)).toBe('polished for speakers');
    expect((await play.messages(room)).at(-1)).toEqual(finalOf(events).ai_message);
  });

  test('only its first two turns with first2, none when off; as it was when the second model fails', async () => {
    answers['orig.polish'] = async ({ goal }) => {
      if (goal === 'speakers') throw fail('llm.unavailable');
      return 'consistent';
    };
    const room = await play.newRoom();
    const say = async (body: object) => {
      const opened = await play.stream(room, { user_text: 'Hello again', ...body }, writer.client);
      model.say('As it came.');
      model.end();
      return finalOf(await readEvents(opened)).ai_message.content;
    };
    expect(await say(polishing('first2'))).toBe('consistent');
    expect(await say({})).toBe('consistent');
    expect(await say({})).toBe('As it came.');
    expect(await say(polishing('off'))).toBe('As it came.');
    delete answers['orig.polish'];
    expect(await say(polishing('always'))).toBe('As it came.');
  });

  test('stopped while it is worked over it never was', async () => {
    const room = await play.newRoom();
    const before = await roomRows(world, room);
    const reached = Promise.withResolvers<void>();
    answers['orig.polish'] = (_, signal) => {
      reached.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const opened = await play.stream(room, { user_text: 'Hello', ...polishing('always') }, writer.client);
    model.say('A draft.');
    model.end();
    await reached.promise;
    await writer.client.post(`/chat/rooms/${room}/stop`, undefined, { token: play.person.token });
    expect((await readEvents(opened)).at(-2)).toMatchObject({ event: 'error', data: { code: 409 } });
    delete answers['orig.polish'];
    expect((await roomRows(world, room)).messages).toEqual(before.messages);
  });
});

describe('a greeting that a model writes', () => {
  test('the page sees the room prepare; other starts do not wait and do not write another one', async () => {
    const { token } = await signUp(world);
    const gate = Promise.withResolvers<string>();
    let calls = 0;
    answers['orig.greeting'] = () => {
      calls += 1;
      return gate.promise;
    };
    const first = play.start({}, { token, client: writer.client });
    await until(() => calls === 1);
    const second = await play.start({}, { token, client: writer.client });
    expect(second.body.message_count).toBe(0);
    const meta = async () => (await world.client.get(`/chat/rooms/${second.body.id}/meta`, { token })).body;
    expect(await meta()).toMatchObject({ init_stage: 'preparing', intro_ready: false });
    gate.resolve('Ines: "At last," she said.');
    expect((await first).body).toMatchObject({ id: second.body.id, message_count: 1 });
    expect(await meta()).toMatchObject({ init_stage: 'ready', intro_ready: true });
    const { body } = await world.client.get(`/chat/rooms/${second.body.id}/messages`, { token });
    expect(body).toMatchObject([{ content: '"At last," she said.', message_metadata: { kind: 'intro' } }]);
    expect(calls).toBe(1);
    delete answers['orig.greeting'];
  });

  test('when it fails there is a built-in one; when its process died, the room is ready anyhow and greets at the next start', async () => {
    answers['orig.greeting'] = async () => {
      throw fail('llm.unavailable');
    };
    const person = await signUp(world);
    const { token } = person;
    const room = await play.start({}, { token, client: writer.client });
    const get = async (path: string) => (await world.client.get(`/chat/rooms/${room.body.id}${path}`, { token })).body;
    const [intro] = await get('/messages');
    expect(intro.content).toContain(person.username);
    delete answers['orig.greeting'];

    await world.ctx.db.pool.execute(sql`delete from messages where room_id = ${room.body.id}`);
    await world.ctx.db.pool.execute(sql`update rooms set message_count = 0, details = details || '{"intro": "pending"}'::jsonb,
      version = version + 1, created_at = now() where id = ${room.body.id}`);
    expect((await get('/meta')).init_stage).toBe('preparing');
    await world.ctx.db.pool.execute(
      sql`update rooms set created_at = now() - interval '31 seconds' where id = ${room.body.id}`,
    );
    expect((await get('/meta')).init_stage).toBe('ready');
    expect((await play.start({}, { token })).body).toMatchObject({ id: room.body.id, message_count: 1 });
  });
});
