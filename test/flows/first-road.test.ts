import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import type { Client } from '../harness/client.ts';
import { newNames, PASSWORD } from '../harness/people.ts';
import { type ApiProcess, startApi, startWorker } from '../harness/processes.ts';
import { eventsOf, readEvents, textOf } from '../harness/sse.ts';
import { createStores, type Stores } from '../harness/stores.ts';
import { until } from '../harness/until.ts';

// Real processes, real HTTP: two API instances and a worker over one Postgres and one Redis.
const SLOW = { OFFLINE_LLM_CHARS_PER_SECOND: '600' };
const BASE = '/stories/generate/stream';
let stores: Stores;
let first: ApiProcess;
let second: ApiProcess;
let worker: ReturnType<typeof startWorker>;
beforeAll(async () => {
  stores = await createStores();
  worker = startWorker(stores);
  [first, second] = await Promise.all([startApi(stores, SLOW), startApi(stores, SLOW)]);
  await until(async () => (await first.client.get('/ready')).status === 200, { timeoutMs: 20_000, what: 'readiness' });
}, 60_000);
afterAll(async () => {
  await Promise.all([first.stop(), second.stop(), worker.stop()]);
  await stores.drop();
}, 60_000);

const mailTo = (client: Client, email: string) =>
  until(async () => (await client.get(`/dev/outbox.json?to=${email}`)).body[0] as { links: string[] } | undefined, {
    what: `a mail to ${email}`,
  });
const tokenIn = (mail: { links: string[] }) => new URL(mail.links[0] as string).searchParams.get('token') as string;

async function signUp(client: Client) {
  const { email, username } = newNames();
  expect((await client.post('/auth/send-verification-email', { email })).status).toBe(200);
  const verified = await client.post('/auth/verify-email', { token: tokenIn(await mailTo(client, email)) });
  expect(verified.body).toMatchObject({ email, verified: true, pending_signup: true });
  const user = await client.post('/auth/register', { email, username, password: PASSWORD, gender: 'female' });
  expect(user.body).toMatchObject({ email, is_verified: true });
  const login = await client.post('/auth/login', { email, password: PASSWORD });
  return { email, token: login.body.access_token as string, refreshToken: login.body.refresh_token as string };
}

describe('the first road', () => {
  test('verify by a mail that the worker wrote, sign up, log in, watch a story, cut off and resumed on another instance', async () => {
    const { token } = await signUp(first.client);
    const opened = await first.client.open('POST', BASE, {
      token,
      body: { prompt: 'The harbour and the fox', target_chars: 800, chapters: 1 },
    });
    const begun = await readEvents(opened, { limit: 9 });
    const rest = await readEvents(
      await second.client.open('GET', `${BASE}/${begun[0]?.data.job_id}`, {
        token,
        headers: { 'last-event-id': begun.at(-1)?.id as string },
      }),
    );
    const final = rest.at(-1);
    expect(final?.event).toBe('final');
    expect(textOf(begun) + textOf(rest)).toBe(final?.data.content);
    expect(final?.data.content.length).toBeWithin(640, 961);
  }, 30_000);

  test('a forgotten password: mail, new password, old sessions out on every instance', async () => {
    const person = await signUp(second.client);
    expect((await first.client.post('/auth/forgot-password', { email: person.email })).status).toBe(200);
    const mail = await until(async () => {
      const [newest] = (await first.client.get(`/dev/outbox.json?to=${person.email}`)).body;
      return newest.links[0].includes('/reset-password') && newest;
    });
    expect(
      (await second.client.post('/auth/reset-password', { token: tokenIn(mail), new_password: 'Another1horse' }))
        .status,
    ).toBe(200);
    for (const api of [first, second])
      expect((await api.client.get('/auth/me', { token: person.token })).status).toBe(401);
    expect((await first.client.post('/auth/login', { email: person.email, password: 'Another1horse' })).status).toBe(
      200,
    );
  }, 30_000);

  test('kill -9 of the writing API: readers elsewhere see an end within 30 s, and what was told stays', async () => {
    const { token } = await signUp(first.client);
    const doomed = await startApi(stores, { OFFLINE_LLM_CHARS_PER_SECOND: '100' });
    const opened = await doomed.client.open('POST', BASE, {
      token,
      body: { prompt: 'Unfinished', target_chars: 20_000 },
    });
    const stream = eventsOf(opened);
    const id = (await stream.next()).value?.data.job_id;
    for (let told = 0; told < 5; ) if ((await stream.next()).value?.event === 'episode') told += 1;
    await doomed.kill();
    const killedAt = performance.now();
    await stream.return(undefined).catch(() => undefined);
    const events = await readEvents(await second.client.open('GET', `${BASE}/${id}`, { token }));
    expect(performance.now() - killedAt).toBeLessThan(30_000);
    expect(events.at(-1)).toMatchObject({ event: 'error' });
    const { body } = await first.client.get(`${BASE}/${id}/status`, { token });
    expect(body.status).toBe('error');
    expect(textOf(events)).toStartWith(body.content_so_far);
    // Its place in the concurrency cap is free again.
    const again = await first.client.open('POST', BASE, { token, body: { prompt: 'Another try', target_chars: 500 } });
    expect((await readEvents(again)).at(-1)?.event).toBe('final');
  }, 60_000);

  test('SIGTERM while a story is written: it is finished, readers are sent away and find it elsewhere', async () => {
    const { token } = await signUp(first.client);
    const leaving = await startApi(stores, { OFFLINE_LLM_CHARS_PER_SECOND: '400' });
    const opened = await leaving.client.open('POST', BASE, {
      token,
      body: { prompt: 'A tidy end', target_chars: 1_500 },
    });
    const stream = eventsOf(opened);
    const begun = [(await stream.next()).value];
    while (begun.filter((event) => event?.event === 'episode').length < 3) begun.push((await stream.next()).value);
    const exit = leaving.stop();
    for (let step = await stream.next(); !step.done; step = await stream.next()) begun.push(step.value);
    const last = begun.findLast((event) => event?.id)?.id as string;
    const rest = await readEvents(
      await first.client.open('GET', `${BASE}/${begun[0]?.data.job_id}`, { token, headers: { 'last-event-id': last } }),
    );
    expect(rest.at(-1)?.event).toBe('final');
    expect(textOf(begun as never) + textOf(rest)).toBe(rest.at(-1)?.data.content);
    expect(await exit).toBe(0);
  }, 60_000);

  test('Postgres drops every connection: the API lives on and answers again', async () => {
    const { token } = await signUp(first.client);
    const admin = postgres(stores.databaseUrl, { max: 1 });
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    await until(async () => (await first.client.get('/auth/me', { token })).status === 200, {
      what: 'the API to answer again',
    });
    await until(async () => (await first.client.get('/ready')).status === 200, { what: 'readiness' });
    await admin.end();
  }, 30_000);
});
