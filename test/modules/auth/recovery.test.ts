import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { newestToken, outboxOf, runJobs } from '../../harness/jobs.ts';
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

const NEW_PASSWORD = 'Another1horse';
const register = async () => {
  const names = newNames();
  const answer = await world.client.post('/auth/register', { ...names, password: PASSWORD, gender: 'female' });
  return { ...names, ...answer.body };
};
const sendVerification = (email: string) => world.client.post('/auth/send-verification-email', { email });
const verify = (token: unknown) => world.client.post('/auth/verify-email', { token });
const forgot = (email: string, headers = {}) => world.client.post('/auth/forgot-password', { email }, { headers });
const reset = (token: unknown, password: unknown) =>
  world.client.post('/auth/reset-password', { token, new_password: password });
const login = async (email: string, password = PASSWORD) =>
  (await world.client.post('/auth/login', { email, password })).status;
const marker = (email: string) => world.ctx.redis.commands.get(`auth:preverified_email:${email}`);

describe('verification', () => {
  test('the mail of a registration verifies the account; opening it again is no error', async () => {
    const { email } = await register();
    expect(await login(email)).toBe(403);
    await runJobs(world);
    const token = await newestToken(world, email);
    const answer = await verify(token);
    expect(answer.body).toMatchObject({ email, verified: true });
    expect(answer.body.pending_signup).toBeUndefined();
    expect(await login(email)).toBe(200);
    expect((await verify(token)).status).toBe(200);
    expect(await marker(email)).toBeNull();
  });

  test('before there is an account: the proof waits 24 h, also with Redis flushed, and counts once', async () => {
    const names = newNames();
    expect((await sendVerification(names.email)).status).toBe(200);
    await runJobs(world);
    const answer = await verify(await newestToken(world, names.email));
    expect(answer.body).toMatchObject({ email: names.email, verified: true, pending_signup: true });
    expect(await marker(names.email)).toBe('1');
    expect(await world.ctx.redis.commands.ttl(`auth:preverified_email:${names.email}`)).toBeGreaterThan(86_300);
    await world.ctx.redis.commands.flushdb();
    const registered = await world.client.post('/auth/register', { ...names, password: PASSWORD, gender: 'female' });
    expect(registered.body.is_verified).toBe(true);
    // The account goes; its proof was spent and must not verify the next one.
    await sql`delete from users where email = ${names.email}`;
    expect((await verify(await newestToken(world, names.email))).status).toBe(400);
    const again = await world.client.post('/auth/register', { ...names, password: PASSWORD, gender: 'female' });
    expect(again.body.is_verified).toBe(false);
  });

  test('a proof older than 24 h is none', async () => {
    const names = newNames();
    await sendVerification(names.email);
    await runJobs(world);
    const token = await newestToken(world, names.email);
    await verify(token);
    await world.ctx.redis.commands.flushdb();
    world.clock.advance(25 * 3_600);
    expect((await verify(token)).status).toBe(400);
    const registered = await world.client.post('/auth/register', { ...names, password: PASSWORD, gender: 'female' });
    expect(registered.body.is_verified).toBe(false);
    world.clock.advance(-25 * 3_600);
  });

  test('a verified address gets no further mail: 400 with what the page looks for', async () => {
    const person = await signUp(world);
    const answer = await sendVerification(person.email);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('이미 인증된');
  });

  test('garbage, another purpose and a changed token are 400', async () => {
    const person = await signUp(world);
    await forgot(person.email);
    await runJobs(world);
    const resetToken = await newestToken(world, person.email);
    for (const token of ['x', '', `${crypto.randomUUID()}.x`, resetToken, `${resetToken}x`]) {
      const answer = await verify(token);
      expect([answer.status, answer.body.code]).toEqual([400, 'auth.invalid_verification_token']);
    }
    expect((await verify(undefined)).status).toBe(422);
  });

  test('three mails an hour to one address, whoever asks', async () => {
    const limited = await createWorld({ env: { RATE_LIMIT_SCALE: '1' } });
    const { email } = newNames();
    const statuses = [];
    for (let i = 0; i < 4; i++)
      statuses.push((await limited.client.post('/auth/send-verification-email', { email })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    await limited.close();
  });
});

describe('forgotten passwords', () => {
  test('known, unknown, unverified and impossible addresses: one answer, and one and the same work', async () => {
    const known = await signUp(world);
    const unverified = await register();
    const addresses = [
      known.email,
      'nobody@example.com',
      unverified.email,
      'not an address',
      known.email.toUpperCase(),
    ];
    // Nobody looks into the accounts while the request is answered: their table is out of reach.
    await sql`alter table users rename to users_hidden`;
    const answers = await Promise.all(addresses.map((address) => forgot(address)));
    await sql`alter table users_hidden rename to users`;
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(answers[0]?.text as string);
      expect([...answer.headers.keys()].sort()).toEqual([...(answers[0]?.headers.keys() ?? [])].sort());
    }
    await runJobs(world);
    expect(
      (await outboxOf(world, known.email)).filter(({ text }) => text.includes('/reset-password?token=')),
    ).toHaveLength(2);
    expect(await outboxOf(world, 'nobody@example.com')).toHaveLength(0);
    const [toUnverified] = await outboxOf(world, unverified.email);
    expect(toUnverified?.text).toContain('/verify?token=');
  });

  test('a link sets a new password once, even when opened fifty times at once; sessions end and a notice goes out', async () => {
    const person = await signUp(world);
    await forgot(person.email);
    await runJobs(world);
    const token = await newestToken(world, person.email);
    const answers = await Promise.all(Array.from({ length: 50 }, () => reset(token, NEW_PASSWORD)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect([answer.status, answer.body.code]).toEqual([400, 'auth.invalid_reset_token']);
      expect(answer.body.detail).toContain('토큰');
    }
    expect((await world.client.get('/auth/me', { token: person.token })).status).toBe(401);
    expect((await world.client.post('/auth/refresh', { refresh_token: person.refreshToken })).status).toBe(401);
    expect(await login(person.email)).toBe(401);
    expect(await login(person.email, NEW_PASSWORD)).toBe(200);
    await runJobs(world);
    expect(await outboxOf(world, person.email)).toHaveLength(2);
  }, 15_000);

  test('a newer link ends the older one; an hour ends it too', async () => {
    const person = await signUp(world);
    await forgot(person.email);
    await runJobs(world);
    const older = await newestToken(world, person.email);
    await forgot(person.email);
    await runJobs(world);
    const newer = await newestToken(world, person.email);
    expect(newer).not.toBe(older);
    expect((await reset(older, NEW_PASSWORD)).status).toBe(400);
    world.clock.advance(3_700);
    expect((await reset(newer, NEW_PASSWORD)).status).toBe(400);
    world.clock.advance(-3_700);
    expect((await reset(newer, NEW_PASSWORD)).status).toBe(200);
  });

  test('checks come in the contract’s order', async () => {
    const person = await signUp(world);
    await forgot(person.email);
    await runJobs(world);
    const token = await newestToken(world, person.email);
    const code = async (given: unknown, password: unknown) => {
      const answer = await reset(given, password);
      return [answer.status, answer.body.code];
    };
    expect(await code(null, 'x')).toEqual([400, 'auth.reset_fields_missing']);
    expect(await code(token, '')).toEqual([400, 'auth.reset_fields_missing']);
    expect(await code('bad', 'x')).toEqual([400, 'auth.password_length']);
    expect(await code('bad', 'onlyletters')).toEqual([400, 'auth.password_mix']);
    expect(await code('bad', '12345678')).toEqual([400, 'auth.password_mix']);
    expect(await code('bad', NEW_PASSWORD)).toEqual([400, 'auth.invalid_reset_token']);
    await sql`update users set is_verified = false where id = ${person.id}`;
    expect(await code(token, NEW_PASSWORD)).toEqual([403, 'auth.unverified']);
    // A refused try does not use the link up.
    await sql`update users set is_verified = true where id = ${person.id}`;
    expect(await code(token, NEW_PASSWORD)).toEqual([200, undefined]);
    await forgot(person.email);
    await runJobs(world);
    const orphan = await newestToken(world, person.email);
    await sql`delete from users where id = ${person.id}`;
    expect(await code(orphan, NEW_PASSWORD)).toEqual([404, 'auth.user_not_found']);
  });
});

describe('the development outbox', () => {
  test('lists newest first with links, as JSON and as a page; production has none', async () => {
    const { email } = await register();
    await runJobs(world);
    await sendVerification(email);
    await runJobs(world);
    const mails = await outboxOf(world, email.toUpperCase());
    expect(mails).toHaveLength(2);
    expect(new Date(mails[0]?.created_at as string) >= new Date(mails[1]?.created_at as string)).toBe(true);
    expect(mails[0]?.links[0]).toStartWith('http://localhost:5173/verify?token=');
    const page = await world.client.get('/dev/outbox');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.text).toContain(email);
    const { createFetch } = await import('../../../src/fetch.ts');
    const { createClient } = await import('../../harness/client.ts');
    const production = { ...world.ctx, config: { ...world.ctx.config, production: true } };
    expect((await createClient(createFetch(production)).get('/dev/outbox.json')).status).toBe(404);
  });
});
