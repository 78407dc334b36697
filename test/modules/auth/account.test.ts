import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { newNames, PASSWORD, signUp } from '../../harness/people.ts';
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

const register = (body: object, headers: Record<string, string> = {}) =>
  world.client.post('/auth/register', { password: PASSWORD, gender: 'male', ...newNames(), ...body }, { headers });
const jobs = async (task: string, text: string) =>
  sql`select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = ${task} and j.payload::text like ${`%${text}%`}`;

describe('POST /auth/register', () => {
  test('opens an unverified account and queues its mail in the same transaction', async () => {
    const names = newNames();
    const answer = await register(
      { ...names, email: `  ${names.email.toUpperCase()} `.trim() },
      { 'accept-language': 'ko' },
    );
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      email: names.email,
      username: names.username,
      gender: 'male',
      is_active: true,
      is_verified: false,
      is_admin: false,
      preferred_model: 'standard',
    });
    expect(answer.text).not.toContain('assword');
    const [token] = await sql`select id, purpose from mail_tokens where email = ${names.email}`;
    expect(token?.purpose).toBe('verify');
    expect(await jobs('mail.verify', token?.id)).toHaveLength(1);
    expect((await sql`select locale from users where email = ${names.email}`)[0]?.locale).toBe('ko');
  });

  test('a duplicate e-mail is told before a duplicate username', async () => {
    const names = newNames();
    await register(names);
    const both = await register(names);
    expect([both.status, both.body.code]).toEqual([400, 'auth.email_taken']);
    const second = await register({ username: names.username });
    expect([second.status, second.body.code]).toEqual([400, 'auth.username_taken']);
    expect((await register({ email: names.email.toUpperCase() })).body.code).toBe('auth.email_taken');
  });

  test('twenty at once: one account, nineteen times 400, one mail', async () => {
    const names = newNames();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => register(i % 2 ? names : { ...names, username: `${names.username}-${i}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19);
    expect(await sql`select 1 from users where email = ${names.email}`).toHaveLength(1);
    expect(await sql`select 1 from mail_tokens where email = ${names.email}`).toHaveLength(1);
    const sameName = newNames().username;
    const named = await Promise.all(Array.from({ length: 8 }, () => register({ username: sameName })));
    expect(named.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(named.filter(({ body }) => body.code === 'auth.username_taken')).toHaveLength(7);
  });

  test('the pre-verified marker is honoured and used up, also when two race for it', async () => {
    const names = newNames();
    const key = `auth:preverified_email:${names.email}`;
    await world.ctx.redis.commands.set(key, '1', 'EX', 60);
    const taken = newNames();
    await register(taken);
    // A refused registration leaves the proof for the next try.
    expect((await register({ ...names, username: taken.username })).status).toBe(400);
    const answer = await register(names);
    expect(answer.body.is_verified).toBe(true);
    expect(await world.ctx.redis.commands.exists(key)).toBe(0);
    expect(await sql`select 1 from mail_tokens where email = ${names.email}`).toHaveLength(0);
  });

  test.each([
    [{ email: 'x' }, '/email'],
    [{ email: `${'x'.repeat(250)}@example.com` }, '/email'],
    [{ username: 'x' }, '/username'],
    [{ username: 'x'.repeat(101) }, '/username'],
    [{ password: 'a1' }, '/password'],
    [{ password: `a1${'x'.repeat(99)}` }, '/password'],
    [{ gender: 'cat' }, '/gender'],
    [{ gender: null }, '/gender'],
    [{ email: ['a@example.com'] }, '/email'],
  ])('%p is a 422 that names %s, and stores nothing', async (change, pointer) => {
    const names = newNames();
    const answer = await register({ ...names, ...change });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toBe(pointer);
    expect(answer.body.detail).toBeString();
    expect(await sql`select 1 from users where email = ${names.email} or username = ${names.username}`).toHaveLength(0);
  });

  test.each([['onlyletters'], ['12345678'], ['ㄱㄴㄷㄹㅁㅂㅅㅇ1']])(
    'the password %p lacks the mix: 422',
    async (password) => {
      const answer = await register({ password });
      expect([answer.status, answer.body.code]).toEqual([422, 'auth.weak_password']);
    },
  );

  test('what a body may not set is ignored', async () => {
    const answer = await register({ is_admin: true, is_verified: true, id: crypto.randomUUID() });
    expect(answer.body).toMatchObject({ is_admin: false, is_verified: false });
  });

  test('without the policy an account is verified at once and no mail goes out', async () => {
    const lax = await createWorld({ env: { EMAIL_VERIFICATION_REQUIRED: 'false' } });
    const names = newNames();
    const answer = await lax.client.post('/auth/register', { ...names, password: PASSWORD, gender: 'female' });
    expect(answer.body.is_verified).toBe(true);
    expect((await lax.client.post('/auth/login', { email: names.email, password: PASSWORD })).status).toBe(200);
    await lax.close();
  });
});

describe('names', () => {
  test('check-email ignores case and blanks, check-username does not', async () => {
    const person = await signUp(world);
    const email = encodeURIComponent(` ${person.email.toUpperCase()} `);
    expect((await world.client.get(`/auth/check-email?email=${email}`)).body).toEqual({ available: false });
    expect((await world.client.get('/auth/check-email?email=free@example.com')).body).toEqual({ available: true });
    expect((await world.client.get(`/auth/check-username?username=${person.username}`)).body).toEqual({
      available: false,
    });
    expect((await world.client.get(`/auth/check-username?username=${person.username.toUpperCase()}`)).body).toEqual({
      available: true,
    });
    expect((await world.client.get('/auth/check-email')).status).toBe(422);
  });

  test.each(['en', 'ko'])('a generated username (%s) is free, fits and can be registered', async (language) => {
    const { body } = await world.client.get('/auth/generate-username', { headers: { 'accept-language': language } });
    expect(
      (await world.client.get(`/auth/check-username?username=${encodeURIComponent(body.username)}`)).body.available,
    ).toBe(true);
    expect((await register({ username: body.username })).status).toBe(201);
  });
});
