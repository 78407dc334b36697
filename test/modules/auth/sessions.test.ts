import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { logIn, newNames, PASSWORD, type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let sql: postgres.Sql;
beforeAll(async () => {
  world = await createWorld();
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const login = (email: string, password = PASSWORD) => world.client.post('/auth/login', { email, password });
const me = (token: string) => world.client.get('/auth/me', { token });
const refresh = (token: string) => world.client.post('/auth/refresh', { refresh_token: token });
const newWorldAt = (scale: string) => createWorld({ env: { RATE_LIMIT_SCALE: scale } });

describe('POST /auth/login', () => {
  test('gives a pair; the access token’s payload is plain ASCII that a browser’s atob reads', async () => {
    const person = await signUp(world);
    const answer = await login(` ${person.email.toUpperCase()} `.trim());
    expect(answer.body).toMatchObject({ token_type: 'bearer', user_id: person.id });
    const payload = (answer.body.access_token as string).split('.')[1] as string;
    expect(payload).not.toMatch(/[-_]/);
    const claims = JSON.parse(atob(payload));
    expect(claims).toMatchObject({ sub: person.id, type: 'access' });
    expect(claims.exp - Date.now() / 1_000).toBeWithin(29 * 60, 31 * 60);
  });

  test('a wrong password and a wrong address are the same 401', async () => {
    const person = await signUp(world);
    const answers = await Promise.all([login(person.email, 'Wrong1234'), login('nobody@example.com')]);
    for (const answer of answers) expect([answer.status, answer.body.code]).toEqual([401, 'auth.wrong_credentials']);
    expect(answers[0]?.body.detail).toBe(answers[1]?.body.detail);
  });

  test('an unverified account is told so only with the right password: 403; a deactivated one 400', async () => {
    const names = newNames();
    await world.client.post('/auth/register', { ...names, password: PASSWORD, gender: 'male' });
    expect((await login(names.email, 'Wrong1234')).status).toBe(401);
    const refused = await login(names.email);
    expect([refused.status, refused.body.code]).toEqual([403, 'auth.unverified']);
    await sql`update users set is_verified = true, is_active = false where email = ${names.email}`;
    const deactivated = await login(names.email);
    expect([deactivated.status, deactivated.body.code]).toEqual([400, 'auth.deactivated']);
  });

  test('a hash with weaker parameters is replaced at login', async () => {
    const person = await signUp(world);
    const weak = await Bun.password.hash(PASSWORD, { algorithm: 'argon2id', memoryCost: 8_192, timeCost: 1 });
    await sql`update users set password_hash = ${weak} where id = ${person.id}`;
    expect((await login(person.email)).status).toBe(200);
    const [row] = await sql`select password_hash from users where id = ${person.id}`;
    expect(row?.password_hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$');
    expect((await login(person.email)).status).toBe(200);
  });

  test('tries per account are limited, wherever they come from; a success forgets them', async () => {
    const limited = await newWorldAt('1');
    const person = await signUp(limited);
    const tryAs = async (password: string) =>
      (await limited.client.post('/auth/login', { email: person.email, password })).status;
    const statuses = [];
    for (let i = 0; i < 9; i++) statuses.push(await tryAs('Wrong1234'));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(await tryAs(PASSWORD)).toBe(200);
    for (let i = 0; i < 10; i++) expect(await tryAs('Wrong1234')).toBe(401);
    const refused = await limited.client.post('/auth/login', { email: person.email, password: PASSWORD });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await limited.close();
  });
});

describe('POST /auth/refresh', () => {
  test('rotates: a new pair each time, the old token leads to the same successor for 30 s', async () => {
    const person = await signUp(world);
    const first = await refresh(person.refreshToken);
    expect(first.status).toBe(200);
    expect((await me(first.body.access_token)).status).toBe(200);
    world.clock.advance(20);
    const second = await refresh(person.refreshToken);
    expect(second.body.refresh_token).toBe(first.body.refresh_token);
    // The other tab has rotated on: the late one gets the newest of the chain.
    const third = await refresh(first.body.refresh_token);
    expect((await refresh(person.refreshToken)).body.refresh_token).toBe(third.body.refresh_token);
  });

  test('twenty tabs at once end up with one successor', async () => {
    const person = await signUp(world);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  test('an old token after the grace is theft: the whole session ends, from the next request', async () => {
    const person = await signUp(world);
    const { body } = await refresh(person.refreshToken);
    const other = await logIn(world.client, person.email);
    world.clock.advance(31);
    expect((await refresh(person.refreshToken)).status).toBe(401);
    expect((await me(body.access_token)).status).toBe(401);
    expect((await refresh(body.refresh_token)).status).toBe(401);
    expect((await me(other.token)).status).toBe(200);
    const [row] =
      await sql`select revoked_because from sessions s join users u on u.id = s.user_id where u.id = ${person.id} and revoked_at is not null`;
    expect(row?.revoked_because).toBe('reuse');
  });

  test('refuses access tokens, garbage, expired tokens and accounts that may not log in', async () => {
    const person = await signUp(world);
    for (const token of [person.token, 'x', `${person.refreshToken}x`, ''])
      expect((await refresh(token)).status).toBe(401);
    await sql`update users set is_active = false where id = ${person.id}`;
    expect((await refresh(person.refreshToken)).status).toBe(401);
    await sql`update users set is_active = true, is_verified = false where id = ${person.id}`;
    expect((await refresh(person.refreshToken)).status).toBe(401);
    await sql`update users set is_verified = true where id = ${person.id}`;
    expect((await refresh(person.refreshToken)).status).toBe(200);
    world.clock.advance(8 * 86_400);
    expect((await refresh(person.refreshToken)).status).toBe(401);
    world.clock.advance(-8 * 86_400);
  });
});

describe('what ends access', () => {
  const newSession = async () => {
    const person = await signUp(world);
    expect((await me(person.token)).status).toBe(200);
    return person;
  };
  const isOut = async ({ token, refreshToken }: Pick<Person, 'token' | 'refreshToken'>) => {
    expect((await me(token)).status).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
  };

  test('logout ends this session and no other', async () => {
    const person = await newSession();
    const other = await logIn(world.client, person.email);
    expect((await world.client.post('/auth/logout', undefined, { token: person.token })).status).toBe(200);
    await isOut(person);
    expect((await me(other.token)).status).toBe(200);
  });

  test('a changed password ends all of them', async () => {
    const person = await newSession();
    const other = await logIn(world.client, person.email);
    const change = (current: string, next: string) =>
      world.client.post(
        '/auth/update-password',
        { current_password: current, new_password: next },
        { token: person.token },
      );
    expect((await change('Wrong1234', 'Another1horse')).body.code).toBe('auth.wrong_current_password');
    expect((await change(PASSWORD, 'short1')).body.code).toBe('auth.password_length');
    expect((await change(PASSWORD, 'onlyletters')).body.code).toBe('auth.password_mix');
    expect((await me(person.token)).status).toBe(200);
    expect((await change(PASSWORD, 'Another1horse')).status).toBe(200);
    await isOut(person);
    await isOut(other);
    expect((await login(person.email)).status).toBe(401);
    expect((await login(person.email, 'Another1horse')).status).toBe(200);
  });

  test('an expired access token', async () => {
    const person = await newSession();
    world.clock.advance(31 * 60);
    expect((await me(person.token)).status).toBe(401);
    world.clock.advance(-31 * 60);
  });

  test('a deactivated account, once the minute of the cache is over', async () => {
    const person = await newSession();
    await sql`update users set is_active = false where id = ${person.id}`;
    await world.ctx.redis.commands.flushdb();
    expect((await me(person.token)).status).toBe(401);
  });

  test('Redis may be flushed: sessions come back from Postgres, ended ones stay ended', async () => {
    const person = await newSession();
    const gone = await newSession();
    await world.client.post('/auth/logout', undefined, { token: gone.token });
    await world.ctx.redis.commands.flushdb();
    expect((await me(person.token)).status).toBe(200);
    expect((await me(gone.token)).status).toBe(401);
  });
});

describe('sessions', () => {
  test('are listed to their owner and can be ended one by one, by nobody else', async () => {
    const person = await signUp(world);
    const other = await logIn(world.client, person.email);
    const stranger = await signUp(world);
    const list = (token: string) => world.client.get('/auth/sessions', { token });
    const { sessions } = (await list(person.token)).body;
    expect(sessions).toHaveLength(2);
    expect(sessions.filter((session: { current: boolean }) => session.current)).toHaveLength(1);
    const target = sessions.find((session: { current: boolean }) => !session.current).id;
    const end = (token: string, id: string) => world.client.delete(`/auth/sessions/${id}`, { token });
    expect((await end(stranger.token, target)).status).toBe(404);
    expect((await end(person.token, target)).status).toBe(204);
    expect((await end(person.token, target)).status).toBe(404);
    expect((await end(person.token, 'x')).status).toBe(422);
    expect((await me(other.token)).status).toBe(401);
    expect((await list(person.token)).body.sessions).toHaveLength(1);
  });
});
