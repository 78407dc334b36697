import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

const KEY = 'metrics:online:zset:v1';
let world: World;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  admin = await signUpAdmin(world);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.ctx.redis.commands.del(KEY);
});

const beat = (headers: Record<string, string> = {}, token?: string) =>
  world.client.post('/metrics/online/heartbeat', undefined, { token, headers });
const online = async (query = '') => (await world.client.get(`/metrics/online${query}`, { token: admin.token })).body;

test('a viewer counts once, however often it beats: a member by id, a guest by address and browser', async () => {
  const person = await signUp(world);
  for (let i = 0; i < 3; i += 1) {
    expect((await beat({}, person.token)).body).toEqual({ ok: true, enabled: true, ttl_sec: 60 });
    await beat({ 'user-agent': 'one' });
    await beat({ 'user-agent': 'two' });
  }
  const viewers = await world.ctx.redis.commands.zrange(KEY, '0', '-1');
  expect(viewers).toHaveLength(3);
  expect(viewers).toContain(`u:${person.id}`);
  expect(viewers.filter((viewer) => /^g:[\w-]{16}$/.test(viewer))).toHaveLength(2);
  expect(await online()).toEqual({
    ok: true,
    enabled: true,
    ttl_sec: 60,
    online: 3,
    as_of: expect.any(String),
    source: 'redis_zset',
  });
});

test('what the front end sends is taken: an empty body that calls itself JSON, nothing, null, nonsense, a bad token', async () => {
  const json = { 'content-type': 'application/json' };
  const answers = await Promise.all([
    world.client.open('POST', '/metrics/online/heartbeat', { raw: '', headers: json }),
    world.client.open('POST', '/api/metrics/online/heartbeat/', {}),
    world.client.open('POST', '/metrics/online/heartbeat', { body: null }),
    world.client.open('POST', '/metrics/online/heartbeat', { raw: '{{', headers: json }),
    world.client.open('POST', '/metrics/online/heartbeat', { raw: 'x', headers: { 'content-type': 'text/plain' } }),
    world.client.open('POST', '/metrics/online/heartbeat', { token: 'nonsense' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
});

test('an invented X-Forwarded-For makes no further viewer', async () => {
  for (let i = 0; i < 5; i += 1) await beat({ 'x-forwarded-for': `10.0.0.${i}` });
  expect((await online()).online).toBe(1);
});

test('viewers leave after a minute; a window only looks closer and never deletes', async () => {
  await beat({ 'user-agent': 'early' });
  world.clock.advance(30);
  await beat({ 'user-agent': 'late' });
  expect((await online()).online).toBe(2);
  expect((await online('?window_sec=10')).online).toBe(1);
  expect((await online('?window_sec=600')).online).toBe(2);
  world.clock.advance(35);
  expect((await online('?window_sec=600')).online).toBe(1);
  expect(await world.ctx.redis.commands.zcard(KEY)).toBe(2);
  // The next beat takes the stale one off, and the key would go by itself.
  await beat({ 'user-agent': 'late' });
  expect(await world.ctx.redis.commands.zcard(KEY)).toBe(1);
  expect(await world.ctx.redis.commands.ttl(KEY)).toBeWithin(100, 121);
});

test('ten thousand viewers in one key of a bounded size', async () => {
  const { commands } = world.ctx.redis;
  const now = Math.floor(world.clock.now().getTime() / 1_000);
  await Promise.all(
    Array.from({ length: 10_000 }, () => commands.presenceBeat(KEY, `u:${crypto.randomUUID()}`, now, 60)),
  );
  expect((await online()).online).toBe(10_000);
  expect(Number(await commands.memory('USAGE', KEY))).toBeLessThan(3_000_000);
});

test('without Redis a beat is 200 and not ok, and so is the count', async () => {
  const own = await createWorld();
  const boss = await signUpAdmin(own);
  own.ctx.redis.commands.disconnect();
  expect((await own.client.post('/metrics/online/heartbeat')).body).toEqual({ ok: false, enabled: true, ttl_sec: 60 });
  const counted = await own.client.get('/metrics/online', { token: boss.token });
  expect([counted.status, counted.body]).toEqual([
    200,
    {
      ok: false,
      enabled: true,
      ttl_sec: 60,
      online: 0,
      as_of: expect.any(String),
      source: 'error',
      error: expect.any(String),
    },
  ]);
  await own.close();
});

test('who beats too often is told so by 200; switched off, nothing is kept', async () => {
  const strict = await createWorld({ env: { RATE_LIMIT_SCALE: '0.01' } });
  const answers = await Promise.all(Array.from({ length: 8 }, () => strict.client.post('/metrics/online/heartbeat')));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(answers.filter(({ body }) => body.ok)).toHaveLength(6);
  await strict.close();
  const off = await createWorld({ env: { ONLINE_PRESENCE_ENABLED: '0', ONLINE_PRESENCE_TTL_SEC: '90' } });
  const boss = await signUpAdmin(off);
  expect((await off.client.post('/metrics/online/heartbeat')).body).toEqual({ ok: true, enabled: false, ttl_sec: 90 });
  expect((await off.client.get('/metrics/online', { token: boss.token })).body).toMatchObject({
    online: 0,
    source: 'disabled',
  });
  expect(await off.ctx.redis.commands.exists(KEY)).toBe(0);
  await off.close();
});
