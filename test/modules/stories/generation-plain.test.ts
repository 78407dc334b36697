import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import type { Llm } from '../../../src/llm/gateway.ts';
import { makeCharacter } from '../../harness/chat.ts';
import { signUp } from '../../harness/people.ts';
import { createStoryWorld } from '../../harness/stories.ts';
import { until } from '../../harness/until.ts';
import { createWorld } from '../../harness/world.ts';

let { world, person, scriptedInstance } = {} as Awaited<ReturnType<typeof createStoryWorld>>;
let sql: postgres.Sql;
beforeAll(async () => {
  ({ world, person, scriptedInstance } = await createStoryWorld());
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

type Options = { token?: string; headers?: Record<string, string>; client?: typeof world.client };
const generate = (body: unknown, { client = world.client, ...options }: Options = {}) =>
  client.post('/stories/generate', body, { token: person.token, ...options });
const jobsOf = (userId: string) =>
  sql`select id, status from generation_jobs where user_id = ${userId} order by created_at`;

describe('POST /stories/generate', () => {
  test('answers with the story once it is written', async () => {
    const answer = await generate({ keywords: ['lighthouse', 'storm'], genre: 'Mystery', length: 'short', tone: null });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      title: expect.any(String),
      content: expect.any(String),
      keywords: ['lighthouse', 'storm'],
      genre: 'Mystery',
      estimated_reading_time: expect.any(Number),
    });
    expect(answer.body.content.length).toBeGreaterThan(1_000);
    expect(answer.body.title.length).toBeLessThanOrEqual(20);
  });

  test('is about the character that is named, if the caller may see it', async () => {
    const owner = await signUp(world);
    const shown = await makeCharacter(world, owner, { name: 'Seraphine' });
    const hidden = await makeCharacter(world, owner, { isPublic: false });
    const prompts = new Set<unknown>();
    const real = world.ctx.llm;
    const llm: Llm = {
      ...real,
      streamText(call, signal) {
        prompts.add('prompt' in call.facts ? call.facts.prompt : undefined);
        return real.streamText(call, signal);
      },
    };
    const listening = await createWorld({ stores: world.stores, overrides: { llm } });
    const answer = await generate({ keywords: ['sea'], character_id: shown }, { client: listening.client });
    expect([answer.status, [...prompts]]).toEqual([200, ['Seraphine: A lighthouse keeper who speaks little.']]);
    expect((await generate({ keywords: ['sea'], character_id: hidden })).status).toBe(403);
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect((await generate({ keywords: ['sea'], character_id: nobody })).status).toBe(404);
  });

  test('401 for guests, 422 for what is out of range', async () => {
    expect((await world.client.post('/stories/generate', { keywords: ['x'] })).status).toBe(401);
    for (const body of [
      {},
      { keywords: [] },
      { keywords: [' '] },
      { keywords: Array(11).fill('x') },
      { keywords: ['x'.repeat(51)] },
      { keywords: ['x'], length: 'huge' },
      { keywords: ['x'], tone: 'x'.repeat(51) },
      { keywords: ['x'], genre: 'x'.repeat(51) },
    ])
      expect((await generate(body)).status).toBe(422);
  });

  test('the same key is the same story, another body a 422', async () => {
    const headers = { 'idempotency-key': 'plain-1' };
    const first = await generate({ keywords: ['tide'], length: 'short' }, { headers });
    const again = await generate({ keywords: ['tide'], length: 'short' }, { headers });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await generate({ keywords: ['ebb'], length: 'short' }, { headers })).status).toBe(422);
  });
});

describe('a story that does not come', () => {
  test('cancelled by its owner: 409; a caller that leaves cancels it, unless there is a key', async () => {
    const { writer, end } = await scriptedInstance();
    const someone = await signUp(world);
    const asking = (headers: Record<string, string> = {}, signal?: AbortSignal) =>
      writer.client.open('POST', '/stories/generate', {
        token: someone.token,
        body: { keywords: ['x'] },
        headers,
        signal,
      });
    const running = async (n: number) => {
      await until(async () => (await jobsOf(someone.id)).length === n);
      return String((await jobsOf(someone.id))[n - 1]?.id);
    };
    const statusOf = async (id: string) => (await sql`select status from generation_jobs where id = ${id}`)[0]?.status;

    const first = asking();
    await writer.client.delete(`/stories/generate/stream/${await running(1)}`, { token: someone.token });
    expect((await first).status).toBe(409);

    const leave = new AbortController();
    const second = asking({}, leave.signal).catch(() => undefined);
    const id = await running(2);
    leave.abort();
    await second;
    await until(async () => (await statusOf(id)) === 'cancelled');

    const away = new AbortController();
    const third = asking({ 'idempotency-key': 'kept' }, away.signal).catch(() => undefined);
    const kept = await running(3);
    away.abort();
    await third;
    await until(async () => (await statusOf(kept)) === 'running');
    end();
  });

  test('a model that fails: 503', async () => {
    const llm: Llm = {
      ...world.ctx.llm,
      streamText: () => {
        throw new Error('away');
      },
    };
    const writer = await createWorld({ stores: world.stores, overrides: { llm } });
    const answer = await generate({ keywords: ['x'] }, { client: writer.client });
    expect([answer.status, answer.body.code]).toEqual([503, 'generation.failed']);
  });
});
