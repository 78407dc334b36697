import { afterAll, beforeAll, expect, test } from 'bun:test';
import { setAccountActive } from '../../../src/modules/auth/user-admin.ts';
import { logIn, PASSWORD, type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { makeCharacter, signUpAdmin } from '../characters/cast.ts';

let world: World;
let admin: Person;
let person: Person;
beforeAll(async () => {
  world = await createWorld();
  [admin, person] = await Promise.all([signUpAdmin(world), signUp(world)]);
});
afterAll(() => world.close());
const nobody = '00000000-0000-7000-8000-000000000000';
const patch = (id: string, body: unknown, token = admin.token) =>
  world.client.patch(`/admin/users/${id}`, body, { token });

test.each([
  ['get', '/admin/users'],
  ['post', '/admin/users/test'],
  ['patch', `/admin/users/${nobody}`],
] as const)('%s %s: 401 for guests, 403 for members', async (method, path) => {
  const call = (token?: string) =>
    method === 'get' ? world.client.get(path, { token }) : world.client[method](path, undefined, { token });
  expect((await call()).status).toBe(401);
  expect((await call('nonsense')).status).toBe(401);
  expect((await call(person.token)).status).toBe(403);
});

test('the list: newest first, with what people made, and limits', async () => {
  await makeCharacter(world, person);
  await makeCharacter(world, person, { publish_settings: { is_public: false } });
  const list = (query = '') => world.client.get(`/admin/users${query}`, { token: admin.token });
  const { body, text } = await list();
  expect(body).toMatchObject({ total: body.items.length, skip: 0, limit: 50 });
  expect(body.items.find((item: { id: string }) => item.id === person.id)).toEqual({
    id: person.id,
    email: person.email,
    username: person.username,
    is_admin: false,
    is_active: true,
    created_at: expect.any(String),
    last_login_at: expect.any(String),
    created_character_count: 2,
    used_chat_count: 0,
    used_view_count: 0,
  });
  expect(text).not.toContain('argon2');
  const dates = body.items.map((item: { created_at: string }) => item.created_at);
  expect(dates).toEqual([...dates].sort().reverse());
  const [first, second] = [(await list('?limit=1')).body, (await list('?limit=1&skip=1')).body];
  expect([first.items[0].id, second.items[0].id]).toEqual(body.items.slice(0, 2).map(({ id }: { id: string }) => id));
  for (const bad of ['?limit=201', '?limit=0', '?skip=-1', '?skip=10001']) expect((await list(bad)).status).toBe(422);
  expect((await list('?limit=200')).status).toBe(200);
});

test('a test account can log in; names follow the prefixes; nonsense is refused', async () => {
  const make = (body?: unknown) => world.client.post('/admin/users/test', body, { token: admin.token });
  const { status, body } = await make({ gender: 'male', email_prefix: 'Mina.x', username_prefix: 'mina' });
  expect([status, body.gender, body.is_verified]).toEqual([200, 'male', true]);
  expect(body.email).toMatch(/^mina\.x-\w+@test\.example\.com$/);
  expect(body.username).toMatch(/^mina-\w+$/);
  expect((await logIn(world.client, body.email, body.password)).token).toBeString();
  for (const empty of [undefined, null, {}, { gender: null, email_prefix: null }])
    expect((await make(empty)).status).toBe(200);
  for (const bad of [
    { gender: 'x' },
    { email_prefix: 'a b' },
    { email_prefix: '<x>' },
    { username_prefix: 'x'.repeat(31) },
  ])
    expect((await make(bad)).status).toBe(422);
});

test('who is switched off is out at the next request, on two instances', async () => {
  const second = await world.secondInstance();
  const victim = await signUp(world);
  const tab = await logIn(second.client, victim.email);
  const clients = [world.client, second.client];
  const me = () =>
    Promise.all(
      clients.flatMap((client) =>
        [victim.token, tab.token].map(async (token) => (await client.get('/auth/me', { token })).status),
      ),
    );
  expect(await me()).toEqual([200, 200, 200, 200]);
  expect((await patch(victim.id, { is_active: false })).body).toEqual({ id: victim.id, is_active: false });
  expect(await me()).toEqual([401, 401, 401, 401]);
  const login = () => world.client.post('/auth/login', { email: victim.email, password: PASSWORD });
  expect([(await login()).status, (await login()).body.code]).toEqual([400, 'auth.deactivated']);
  const refreshed = await world.client.post('/auth/refresh', { refresh_token: tab.refreshToken });
  expect(refreshed.status).toBe(401);
  // Back again: the old sessions stay ended.
  expect((await patch(victim.id, { is_active: true })).body.is_active).toBe(true);
  expect(await me()).toEqual([401, 401, 401, 401]);
  expect((await login()).status).toBe(200);
});

test('nobody switches himself off', async () => {
  expect((await patch(admin.id, { is_active: false })).body).toMatchObject({ status: 409, code: 'auth.not_oneself' });
  expect((await patch(admin.id, { is_active: true })).status).toBe(200);
  expect((await patch(nobody, { is_active: false })).status).toBe(404);
  expect((await patch('x', { is_active: false })).status).toBe(422);
  for (const bad of [{}, { is_active: 'maybe' }, { is_active: null }, null])
    expect((await patch(person.id, bad)).status).toBe(422);
});

test('of administrators who switch each other off at the same time, one is left', async () => {
  const own = await createWorld();
  const bosses = await Promise.all([signUpAdmin(own), signUpAdmin(own), signUpAdmin(own)]);
  const active = async () =>
    (await own.ctx.db.pool.execute('select id from users where is_admin and is_active')).length;
  for (let round = 0; round < 5; round += 1) {
    await own.ctx.db.pool.execute('update users set is_active = true');
    // Past the door, where one who was switched off a moment ago would be stopped already.
    const results = await Promise.allSettled(
      bosses.map(({ id }, i) =>
        setAccountActive(
          own.ctx,
          { kind: 'member', userId: id, sessionId: '', isAdmin: true },
          (bosses[(i + 1) % bosses.length] as Person).id,
          false,
        ),
      ),
    );
    expect(await active()).toBeGreaterThanOrEqual(1);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(new Set(refused)).toEqual(new Set(['auth.forbidden']));
  }
  await own.close();
});
