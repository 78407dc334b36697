import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { pagePattern } from '../../../src/modules/metrics/page-path.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { signUpAdmin } from '../characters/cast.ts';

let world: World;
let admin: Person;
let person: Person;
beforeAll(async () => {
  world = await createWorld();
  [admin, person] = await Promise.all([signUpAdmin(world), signUp(world)]);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.ctx.redis.commands.del(pages());
});

const today = () => new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
const pages = () => `metrics:{${today()}}:pages`;
const send = (body: unknown, token?: string) => world.client.post('/metrics/traffic/page-event', body, { token });
const views = () => world.ctx.redis.commands.hgetall(pages());

test('views are counted per pattern; who looks is known by the token alone', async () => {
  const id = crypto.randomUUID();
  expect((await send({ event: 'page_view', path: `/stories/${id}/chapters/12?x=1#y` })).body).toEqual({
    ok: true,
    day: today(),
    path: '/stories/:id/chapters/:n',
    event: 'page_view',
  });
  await send({ event: 'page_view', path: '/stories/9/chapters/1', user_id: admin.id }, person.token);
  await send({ event: 'page_view', path: '/Stories/' });
  for (const event of ['page_leave', 'page_exit', 'modal_login_open', 'modal_register_open'])
    expect((await send({ event, path: '/stories', duration_ms: 5, meta: '{}', session_id: null })).body).toMatchObject({
      ok: true,
      event,
    });
  expect(await views()).toEqual({ '/stories/:id/chapters/:n': '1', '/stories/:n/chapters/:n': '1', '/stories': '1' });
  const { body } = await world.client.get('/metrics/traffic', { token: admin.token });
  expect(body.page_views).toHaveLength(3);
  expect(body.page_views[0]).toEqual({ path: '/stories', views: 1 });
});

test('administrators, unknown events and what cannot be read are ignored by 200', async () => {
  const reasonOf = async (body: unknown, token?: string) => {
    const answer = await send(body, token);
    return [answer.status, answer.body.ok, answer.body.ignored, answer.body.reason];
  };
  expect(await reasonOf({ event: 'page_view', path: '/' }, admin.token)).toEqual([200, true, true, 'admin']);
  expect(await reasonOf({ event: 'page_scroll', path: '/' })).toEqual([200, true, true, 'unknown_event']);
  for (const bad of [
    {},
    null,
    [],
    'x',
    { event: 5, path: '/' },
    { event: 'page_view' },
    { event: 'page_view', path: 5 },
  ])
    expect(await reasonOf(bad)).toEqual([200, true, true, 'unreadable']);
  for (const path of ['x', '', '//evil.example/x', 'javascript:alert(1)'])
    expect(await reasonOf({ event: 'page_view', path })).toEqual([200, true, true, 'unreadable']);
  expect(await views()).toEqual({});
});

test('a beacon is taken whatever it calls its body, and one that cannot be read is 200, too', async () => {
  const raw = JSON.stringify({ event: 'page_view', path: '/beacon' });
  const types = ['text/plain;charset=UTF-8', 'application/json', 'application/x-www-form-urlencoded', 'multipart/x'];
  for (const type of types) {
    const answer = await world.client.open('POST', '/api/metrics/traffic/page-event', {
      raw,
      headers: { 'content-type': type, origin: 'http://localhost:5173' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-credentials')]).toEqual([200, 'true']);
  }
  expect(await views()).toEqual({ '/beacon': '4' });
  for (const broken of ['{', '', '\u0000', 'x'.repeat(70_000)])
    expect((await world.client.open('POST', '/metrics/traffic/page-event', { raw: broken })).status).toBe(200);
});

test('the paths of a day are bounded: guests make up only some, members some more, the rest is "other"', async () => {
  const many = (start: number, token?: string) =>
    Promise.all(Array.from({ length: 500 }, (_, i) => send({ event: 'page_view', path: `/p${start + i}` }, token)));
  await many(0);
  expect(Object.keys(await views())).toHaveLength(401);
  await many(1_000, person.token);
  const counted = await views();
  expect(Object.keys(counted).length).toBeLessThanOrEqual(601);
  expect(Object.values(counted).reduce((sum, n) => sum + Number(n), 0)).toBe(1_000);
});

test('beyond the rate, and without Redis, it is still 200', async () => {
  const strict = await createWorld({ env: { RATE_LIMIT_SCALE: '0.01' } });
  const answers = [];
  for (let i = 0; i < 5; i += 1)
    answers.push(await strict.client.post('/metrics/traffic/page-event', { event: 'page_view', path: '/' }));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  expect(answers.map(({ body }) => body.reason)).toEqual([
    undefined,
    undefined,
    undefined,
    'rate_limited',
    'rate_limited',
  ]);
  strict.ctx.redis.commands.disconnect();
  const away = await strict.client.post('/metrics/traffic/page-event', { event: 'page_view', path: '/' });
  expect([away.status, away.body.ok]).toEqual([200, false]);
  await strict.close();
});

describe('patterns of paths', () => {
  test.each([
    ['/', '/'],
    ['/?a=b', '/'],
    ['/chat/3f2504e0-4f89-41d3-9a0c-0305e82c3301', '/chat/:id'],
    ['/storydive/42/', '/storydive/:n'],
    ['/@mina', '/:x'],
    ['/Agent/a%20b', '/agent/:x'],
    ['/a/b/c/d/e/f/g/h', '/a/b/c/d/e/f/*'],
    [`/${'x'.repeat(41)}`, '/:x'],
  ])('%s is %s', (path, pattern) => expect(pagePattern(path)).toBe(pattern));

  test('any text gives a short pattern of a small alphabet, or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webPath(),
          fc.string().map((text) => `/${text}`),
        ),
        (text) => {
          const pattern = pagePattern(text);
          if (pattern !== undefined) expect(pattern).toMatch(/^\/[a-z0-9._:*/-]{0,260}$/);
          if (pattern !== undefined && !pattern.includes('*'))
            expect(pagePattern(pattern.replaceAll(':', '1'))).toBeString();
        },
      ),
    );
  });
});
