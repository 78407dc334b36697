import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { quickCreate } from '../../../src/modules/characters/quick/create.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { QUICK, quickBody, scriptedCharacterModel } from '../../harness/quick-create.ts';
import { readEvents } from '../../harness/sse.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;

beforeAll(async () => {
  world = await createWorld();
  person = await signUp(world);
});
afterAll(() => world.close());

const create = (body: unknown, token = person.token, client = world.client) => client.post(QUICK, body, { token });
const idsOf = async (token: string) =>
  (await world.client.get('/characters/my?limit=100', { token })).body.map(({ id }: { id: string }) => id);
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();
const keyOf = ({ request_id }: { request_id: string }, of = person) => `quick-create-30s:${of.id}:${request_id}`;
const redis = () => world.ctx.redis.commands;

/** A world over the same stores whose model waits until it is let go. */
async function slowWorld() {
  let letGo = () => {};
  const gate = new Promise<undefined>((resolve) => {
    letGo = () => resolve(undefined);
  });
  const { llm, calls } = scriptedCharacterModel(world.ctx.llm, { 'quick.world': () => gate });
  const held = await createWorld({ stores: world.stores, overrides: { llm } });
  const close = async () => {
    await Promise.all([held.ctx.db.close(), held.ctx.redis.close()]);
  };
  return { ...held, letGo, calls, close };
}

describe('the same request', () => {
  test('is answered with the same body', async () => {
    const body = quickBody();
    const [first, second] = [await create(body), await create(body)];
    expect(statuses([first, second])).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(await redis().get(keyOf(body))).toBe(first.body.id);
    expect(await redis().ttl(keyOf(body))).toBeWithin(3_500, 3_601);
    expect(await redis().exists(`${keyOf(body)}:lock`)).toBe(0);
  });

  test('is remembered without Redis', async () => {
    const body = quickBody();
    const first = await create(body);
    await redis().del(keyOf(body));
    expect((await create(body)).text).toBe(first.text);
    expect(await redis().get(keyOf(body))).toBe(first.body.id);
  });

  test('with another payload is a 422, cached or not', async () => {
    const body = quickBody();
    expect((await create(body)).status).toBe(201);
    for (const change of [{ name: 'Other' }, { tags: [] }, { max_turns: 200 }])
      expect((await create({ ...body, ...change })).body.code).toBe('http.idempotency_mismatch');
    await redis().del(keyOf(body));
    expect((await create({ ...body, name: 'Other' })).status).toBe(422);
  });

  test('of another member is another request', async () => {
    const body = quickBody();
    const other = await signUp(world);
    const [mine, theirs] = await Promise.all([create(body), create(body, other.token)]);
    expect(statuses([mine, theirs])).toEqual([201, 201]);
    expect(mine.body.id).not.toBe(theirs.body.id);
  });

  test('goes on anew when its character was deleted', async () => {
    const body = quickBody();
    const { body: first } = await create(body);
    expect((await world.client.delete(`/characters/${first.id}`, { token: person.token })).status).toBe(204);
    const second = await create(body);
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.id);
  });

  test('twenty at once make one character; the others hear that it is being made', async () => {
    const { id, token } = await signUp(world);
    const held = await slowWorld();
    const body = quickBody();
    const racing = Array.from({ length: 20 }, (_, n) => create(body, token, n % 2 ? held.client : world.client));
    // Whoever won in the world that waits, waits.
    held.letGo();
    const answers = await Promise.all(racing);
    for (const { status, body: answer } of answers)
      if (status === 409) expect(answer.detail).toBe('quick_create_in_flight');
      else expect(status).toBe(201);
    expect(new Set(answers.filter(({ status }) => status === 201).map((each) => each.body.id)).size).toBe(1);
    expect(await idsOf(token)).toHaveLength(1);
    expect(await redis().keys(`quick-create-30s:${id}:*:lock`)).toEqual([]);
    await held.close();
  });

  test('while one is being made: 409, with the lock of its owner', async () => {
    const held = await slowWorld();
    const body = quickBody();
    const first = create(body, person.token, held.client);
    await until(() => held.calls['quick.world']);
    expect(await redis().pttl(`${keyOf(body)}:lock`)).toBeWithin(40_000, 45_001);
    const second = await create(body);
    expect([second.status, second.body.detail]).toEqual([409, 'quick_create_in_flight']);
    expect(second.headers.get('retry-after')).toBe('5');
    held.letGo();
    const third = await first;
    expect(third.status).toBe(201);
    expect((await create(body)).text).toBe(third.text);
    await held.close();
  });

  test('is free again when the owner of its lock is dead and the lock has run out', async () => {
    const body = quickBody();
    await redis().set(`${keyOf(body)}:lock`, 'a dead process', 'PX', 45_000);
    expect((await create(body)).status).toBe(409);
    await redis().pexpire(`${keyOf(body)}:lock`, 1);
    await until(async () => (await redis().exists(`${keyOf(body)}:lock`)) === 0);
    expect((await create(body)).status).toBe(201);
  });

  test('never frees another’s lock', async () => {
    const held = await slowWorld();
    const body = quickBody();
    const first = create(body, person.token, held.client);
    await until(() => held.calls['quick.world']);
    await redis().set(`${keyOf(body)}:lock`, 'another owner', 'PX', 45_000);
    held.letGo();
    expect((await first).status).toBe(201);
    expect(await redis().get(`${keyOf(body)}:lock`)).toBe('another owner');
    await held.close();
  });

  test('makes one character when Redis forgets everything in between', async () => {
    const { token } = await signUp(world);
    const held = await slowWorld();
    const body = quickBody();
    const first = create(body, token, held.client);
    await until(() => held.calls['quick.world']);
    await redis().flushdb();
    const second = await create(body, token);
    held.letGo();
    expect(statuses([await first, second])).toEqual([201, 201]);
    expect((await first).body.id).toBe(second.body.id);
    expect(await idsOf(token)).toEqual([second.body.id]);
    await held.close();
  });

  test('makes one character when Redis is away', async () => {
    const { token } = await signUp(world);
    const away = await createWorld({
      stores: { ...world.stores, redisUrl: 'redis://127.0.0.1:1' },
      env: { RATE_LIMIT_SCALE: '1' },
    });
    const body = quickBody();
    const answers = await Promise.all(Array.from({ length: 5 }, () => create(body, token, away.client)));
    expect(statuses(answers)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await idsOf(token)).toHaveLength(1);
    await Promise.all([away.ctx.db.close(), away.ctx.redis.close()]);
  });
});

test('twenty different requests at once make twenty characters', async () => {
  const { token } = await signUp(world);
  const bodies = Array.from({ length: 20 }, (_, n) =>
    quickBody({ tags: [`새 태그 ${n % 3}`, `새 태그 ${(n + 1) % 3}`] }),
  );
  const answers = await Promise.all(bodies.map((body) => create(body, token)));
  expect(new Set(statuses(answers))).toEqual(new Set([201]));
  expect(new Set(await idsOf(token)).size).toBe(20);
});

test('without a request id each call makes one', async () => {
  const { token } = await signUp(world);
  for (const request_id of [undefined, null, '', '  '])
    expect((await create(quickBody({ request_id }), token)).status).toBe(201);
  expect(await idsOf(token)).toHaveLength(4);
});

test('a client that leaves ends the work; nothing is stored and the request is free', async () => {
  const { id, token } = await signUp(world);
  const held = await slowWorld();
  const body = quickBody();
  const leaving = new AbortController();
  const gone = held.client.open('POST', QUICK, { body, token, signal: leaving.signal }).catch(() => undefined);
  await until(() => held.calls['quick.world']);
  leaving.abort();
  await gone;
  await until(async () => (await redis().exists(`quick-create-30s:${id}:${body.request_id}:lock`)) === 0);
  held.letGo();
  expect(await idsOf(token)).toEqual([]);
  expect((await create(body, token)).status).toBe(201);
  await held.close();
});

test('the process waits for a creation when it is asked to stop', async () => {
  const held = await slowWorld();
  const actor = { kind: 'member' as const, userId: person.id, sessionId: '', isAdmin: false };
  const signal = new AbortController().signal;
  const making = quickCreate(held.ctx, actor, 'ko', quickBody(), { signal });
  expect(held.ctx.background.size).toBe(1);
  held.letGo();
  await Promise.all(held.ctx.background);
  expect((await making).is_public).toBeTrue();
  await held.close();
});

describe('as a stream', () => {
  const stream = (body: unknown, token = person.token) =>
    world.client.open('POST', QUICK, {
      body,
      token,
      headers: { accept: 'text/event-stream', 'accept-language': 'en' },
    });

  test('stages, then the character', async () => {
    const body = quickBody();
    const response = await stream(body);
    expect(response.headers.get('content-type')).toStartWith('text/event-stream');
    const events = await readEvents(response);
    const started = events.filter(({ event }) => event === 'stage_start').map(({ data }) => data.name);
    const ended = events.filter(({ event }) => event === 'stage_end').map(({ data }) => data.name);
    const all = ['world', 'opening', 'stats', 'ending_1', 'ending_2', 'events', 'details', 'save'];
    expect(started).toEqual(all);
    expect([...ended].sort()).toEqual([...all].sort());
    for (const { event, data } of events) if (event === 'stage_start') expect(data.label).toBeString();
    expect(events.at(-1)?.event).toBe('final');
    const { body: detail } = await world.client.get(`/characters/${events.at(-1)?.data.id}`, { token: person.token });
    expect(events.at(-1)?.data).toEqual(detail);

    const again = await readEvents(await stream(body));
    expect(again).toEqual([{ event: 'final', data: detail }]);
    expect((await create(body)).body).toEqual(detail);
  });

  test('what is known beforehand is a status', async () => {
    expect((await stream(quickBody({ name: '' }))).status).toBe(400);
    expect((await stream(quickBody({ max_turns: 1 }))).status).toBe(422);
    expect((await stream(quickBody(), 'nonsense')).status).toBe(401);
  });
});
