import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import postgres from 'postgres';
import type { Llm } from '../../../src/llm/gateway.ts';
import { reapGenerations } from '../../../src/modules/stories/generation/reap.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { eventsOf, readEvents, textOf } from '../../harness/sse.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
let person: Person;
let sql: postgres.Sql;
beforeAll(async () => {
  world = await createWorld({ env: { GENERATION_CONCURRENCY: '50' } });
  person = await signUp(world);
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

const BASE = '/stories/generate/stream';
const start = (body: object, { token = person.token, headers = {} as Record<string, string>, client = world.client } = {}) => client.open('POST', BASE, { body, token, headers });
const follow = (id: string, lastEventId?: string, client = world.client, token = person.token) =>
  client.open('GET', `${BASE}/${id}`, { token, headers: lastEventId ? { 'last-event-id': lastEventId } : {} });
const status = async (id: string) => (await world.client.get(`${BASE}/${id}/status`, { token: person.token })).body;
const newest = async () => (await sql`select * from generation_jobs order by created_at desc limit 1`)[0];

/** A model that writes when the test says so. */
function scripted() {
  const waiting: ((piece: string | undefined) => void)[] = [];
  const ready: (string | undefined)[] = [];
  const aborted = { count: 0 };
  const llm: Llm = {
    ...world.ctx.llm,
    async *streamText(call, signal) {
      if (call.task !== 'story.body') return yield* world.ctx.llm.streamText(call, signal);
      for (;;) {
        const piece = ready.length > 0 ? ready.shift() : await new Promise<string | undefined>((resolve, reject) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => {
            aborted.count += 1;
            reject(signal.reason);
          }, { once: true });
        });
        if (piece === undefined) return;
        yield piece;
      }
    },
  };
  const say = (piece: string | undefined) => {
    const next = waiting.shift();
    if (next) next(piece);
    else ready.push(piece);
  };
  return { llm, say, end: () => say(undefined), aborted };
}

describe('the stream', () => {
  test('frames, order and text: meta, stages, episodes, preview, one final', async () => {
    const response = await start({ prompt: 'A lighthouse keeper befriends a whale', keywords: ['storm'], genre: 'fantasy', target_chars: 3_000, chapters: 2, is_public: true });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('no-cache');
    const events = await readEvents(response);
    expect(events[0]).toMatchObject({ event: 'meta', data: { queue_position: 0 } });
    expect(events.filter(({ event }) => event === 'final' || event === 'error')).toEqual([events.at(-1) as never]);
    expect(events.filter(({ event }) => event === 'stage_start').map(({ data }) => data.label)).toEqual(['concept', 'world', 'characters', 'body', 'title']);
    const final = events.at(-1)?.data;
    expect(textOf(events)).toBe(final.content);
    expect(final).toMatchObject({ keywords: ['storm'], genre: 'fantasy' });
    expect([...final.title].length).toBeWithin(1, 21);
    expect(events.find(({ data }) => data.name === 'title_generation')?.data.result).toBe(final.title);
    expect(final.content.length).toBeWithin(2_400, 3_601);
    expect(final.content.match(/^## Chapter \d+$/gm)).toEqual(['## Chapter 1', '## Chapter 2']);
    expect(final.estimated_reading_time).toBe(Math.max(1, Math.round(final.content.length / 300)));
    const preview = events.filter(({ event }) => event === 'preview');
    expect(preview).toHaveLength(1);
    const before = events.slice(0, events.indexOf(preview[0] as never));
    expect(textOf(before)).toStartWith(preview[0]?.data.text);
    expect(preview[0]?.data.text.length).toBeWithin(200, 501);
    for (const { event, data } of events) if (event === 'episode') expect(data.delta.length).toBeWithin(1, 65);
    const ids = events.slice(1).map(({ id }) => Number(id?.split('-')[0]));
    expect(ids).toEqual(ids.map((_, i) => i + 1));
    const job = await status(events[0]?.data.job_id);
    expect(job).toMatchObject({ status: 'done', content_so_far: final.content, preview_sent: true, final_result: final, cancelled: false, error_message: null });
  });

  test.each([
    [{ prompt: '등대지기와 고래의 우정', length: 'short' }, 1_200, 1_801, /^## 제1장$/m],
    [{ keywords: ['robot', 'tea'], target_chars: 500, chapters: 1 }, 400, 601, /^## Chapter 1$/m],
    [{ prompt: 'A long road', target_chars: 30_000, chapters: 5 }, 24_000, 36_001, /^## Chapter 5$/m],
    [{ prompt: 'Twenty letters', target_chars: 12_000, chapters: 20, length: null, tone: null, genre: null }, 9_600, 14_401, /^## Chapter 20$/m],
  ])('%p is as long as asked', async (body, least, below, heading) => {
    const events = await readEvents(await start(body));
    const final = events.at(-1)?.data;
    expect(final.content.length).toBeWithin(least, below);
    expect(final.content).toMatch(heading);
  });

  test.each([
    [{}, 'generation.nothing_to_write'],
    [{ prompt: '   ', keywords: [' '] }, 'generation.nothing_to_write'],
    [{ prompt: 'x'.repeat(4_001) }, 'http.invalid'],
    [{ prompt: 'x', keywords: Array(11).fill('k') }, 'http.invalid'],
    [{ prompt: 'x', keywords: ['k'.repeat(51)] }, 'http.invalid'],
    [{ prompt: 'x', target_chars: 499 }, 'http.invalid'],
    [{ prompt: 'x', target_chars: 30_001 }, 'http.invalid'],
    [{ prompt: 'x', chapters: 0 }, 'http.invalid'],
    [{ prompt: 'x', chapters: 21 }, 'http.invalid'],
    [{ prompt: 'x', length: 'huge' }, 'http.invalid'],
    [{ prompt: 5 }, 'http.invalid'],
  ])('%p is a 422 before any stream, and no job', async (body, code) => {
    const [{ n: before } = { n: 0 }] = await sql`select count(*)::int as n from generation_jobs`;
    const response = await start(body);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { code: string }).code).toBe(code);
    expect((await sql`select count(*)::int as n from generation_jobs`)[0]?.n).toBe(before);
  });
});

describe('resuming', () => {
  test('cut after every k-th event and resumed on a second instance: the identical text', async () => {
    const { client: second } = await world.secondInstance();
    const whole = await readEvents(await start({ prompt: 'The whale and the storm', target_chars: 500, chapters: 1 }));
    const id = whole[0]?.data.job_id;
    for (let k = 1; k < whole.length; k++) {
      const first = await readEvents(await follow(id), { limit: k });
      const rest = await readEvents(await follow(id, first.at(-1)?.id, second));
      expect([...first, ...rest.slice(1)]).toEqual(whole);
    }
  });

  test('cut while it is written, at random places, on changing instances', async () => {
    const { client: second } = await world.secondInstance();
    const model = scripted();
    const third = await createWorld({ stores: world.stores, env: { GENERATION_CONCURRENCY: '50' }, overrides: { llm: model.llm } });
    const pieces = Array.from({ length: 40 }, (_, i) => `Sentence ${i} of the 고래 story 🐋 goes on. `);
    const opened = await start({ prompt: 'x', target_chars: 1_600, chapters: 1 }, { client: third.client });
    const told: string[] = [];
    let last: string | undefined;
    let id = '';
    const stream = eventsOf(opened);
    for (const [i, piece] of pieces.entries()) {
      model.say(piece);
      if (i > 0) continue;
      for await (const event of stream) {
        if (event.event === 'meta') id = event.data.job_id;
        last = event.id ?? last;
        if (event.event === 'episode') {
          told.push(event.data.delta);
          break;
        }
      }
    }
    model.end();
    for (let hop = 0; ; hop++) {
      const events = await readEvents(await follow(id, last, hop % 2 ? second : world.client), { limit: 4 });
      told.push(textOf(events));
      last = events.at(-1)?.id ?? last;
      const final = events.find(({ event }) => event === 'final');
      if (final) {
        expect(told.join('')).toBe(final.data.content);
        break;
      }
    }
    await third.ctx.background.values().next().value;
  });

  test('Redis flushed in the middle: readers go on from Postgres, the text is whole', async () => {
    const model = scripted();
    const writer = await createWorld({ stores: world.stores, env: { GENERATION_CONCURRENCY: '50' }, overrides: { llm: model.llm } });
    const opened = await start({ prompt: 'flushed', target_chars: 1_000, chapters: 1 }, { client: writer.client });
    const events: Awaited<ReturnType<typeof readEvents>> = [];
    const reading = (async () => {
      for await (const event of eventsOf(opened)) events.push(event);
    })();
    model.say('It began before the flood. '.repeat(10));
    await until(() => textOf(events).includes('before the flood. It'));
    await world.ctx.redis.commands.flushdb();
    model.say('It went on after the flood. '.repeat(10));
    model.say('And so it ended well for everybody in the whole wide story, and all were glad. '.repeat(5));
    model.end();
    await reading;
    const final = events.at(-1);
    expect(final?.event).toBe('final');
    expect(textOf(events)).toBe(final?.data.content);
    await world.ctx.redis.commands.flushdb();
    const again = await readEvents(await follow(events[0]?.data.job_id));
    expect(textOf(again)).toBe(final?.data.content);
    expect(again.at(-1)?.event).toBe('final');
  }, 20_000);

  test('a Last-Event-ID of nobody starts from the beginning', async () => {
    const whole = await readEvents(await start({ prompt: 'again', target_chars: 500 }));
    expect(await readEvents(await follow(whole[0]?.data.job_id, 'nonsense'))).toEqual(whole);
  });
});

describe('a disconnect is not a cancel, a cancel is final', () => {
  test('the story is finished although its reader left', async () => {
    const [meta] = await readEvents(await start({ prompt: 'alone', target_chars: 2_000 }), { limit: 1 });
    const job = await until(async () => {
      const found = await status(meta?.data.job_id);
      return found.status === 'done' && found;
    });
    expect(job.final_result.content.length).toBeGreaterThan(1_500);
  });

  test('a cancel ends the reader with "cancelled", stops the model, and stays', async () => {
    const model = scripted();
    const writer = await createWorld({ stores: world.stores, env: { GENERATION_CONCURRENCY: '50' }, overrides: { llm: model.llm } });
    const opened = await start({ prompt: 'cancelled', target_chars: 1_000 }, { client: writer.client });
    const stream = eventsOf(opened);
    const id = (await stream.next()).value.data.job_id;
    model.say('It began well enough, and then it went on. ');
    for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) }) if (event.event === 'episode') break;
    const answer = await world.client.delete(`${BASE}/${id}`, { token: person.token });
    expect([answer.status, answer.body.message]).toEqual([200, 'cancelled']);
    let last: { event: string; data: unknown } | undefined;
    for (let step = await stream.next(); !step.done; step = await stream.next()) last = step.value;
    expect(last).toMatchObject({ event: 'error', data: { message: 'cancelled' } });
    await until(() => model.aborted.count > 0, { what: 'the model to be stopped' });
    await Promise.all(writer.ctx.background);
    expect(await status(id)).toMatchObject({ status: 'cancelled', cancelled: true, final_result: null });
    expect((await world.client.delete(`${BASE}/${id}`, { token: person.token })).status).toBe(200);
    expect((await readEvents(await follow(id))).at(-1)).toMatchObject({ event: 'error', data: { message: 'cancelled' } });
  });

  test('cancel against completion, many times: one terminal state that never changes, readers agree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), async (after) => {
        const opened = await start({ prompt: `race ${after}`, target_chars: 500 });
        const stream = eventsOf(opened);
        const id = (await stream.next()).value.data.job_id;
        for (let i = 0; i < after; i++) await stream.next();
        await world.client.delete(`${BASE}/${id}`, { token: person.token });
        const job = await status(id);
        expect(['done', 'cancelled']).toContain(job.status);
        const events = await readEvents(await follow(id));
        expect(events.at(-1)?.event).toBe(job.status === 'done' ? 'final' : 'error');
        await Promise.all(world.ctx.background);
        expect((await status(id)).status).toBe(job.status);
        await stream.return(undefined);
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  test('a model that fails ends it with a clear error', async () => {
    const llm: Llm = {
      ...world.ctx.llm,
      // biome-ignore lint/correctness/useYield: it fails before its first piece
      async *streamText() {
        throw new Error('SECRET upstream detail');
      },
    };
    const writer = await createWorld({ stores: world.stores, overrides: { llm } });
    const events = await readEvents(await start({ prompt: 'broken' }, { client: writer.client }));
    expect(events.at(-1)?.event).toBe('error');
    expect(JSON.stringify(events)).not.toContain('SECRET');
    expect(await status(events[0]?.data.job_id)).toMatchObject({ status: 'error', final_result: null });
  });

  test('a writer that is gone is noticed, and its reader told', async () => {
    const id = crypto.randomUUID();
    await sql`insert into generation_jobs (id, user_id, owner_key, request_hash, status, stage, title, content, event_count, created_at, heartbeat_at)
      values (${id}, ${person.id}, ${`user:${person.id}`}, 'x', 'running', 'body', '', 'half a story', 3, now(), now() - interval '16 seconds')`;
    expect(await reapGenerations(world.ctx)).toBe(1);
    expect(await reapGenerations(world.ctx)).toBe(0);
    const events = await readEvents(await follow(id));
    expect(textOf(events)).toBe('half a story');
    expect(events.at(-1)?.event).toBe('error');
    expect((await status(id)).status).toBe('error');
  });
});

describe('whose story it is', () => {
  test('a member’s job is that member’s and the admins’; a stale token is told to renew', async () => {
    const [meta] = await readEvents(await start({ prompt: 'mine', target_chars: 500 }));
    const path = `${BASE}/${meta?.data.job_id}`;
    const stranger = await signUp(world);
    const admin = await signUp(world);
    await sql`update users set is_admin = true where id = ${admin.id}`;
    await world.ctx.redis.commands.flushdb();
    for (const [token, expected] of [[stranger.token, 404], [undefined, 404], ['stale', 401], [admin.token, 200], [person.token, 200]] as const) {
      expect((await world.client.get(`${path}/status`, { token })).status).toBe(expected);
      const stream = await world.client.open('GET', path, { token });
      expect(stream.status).toBe(expected);
      await stream.body?.cancel();
    }
    expect((await world.client.delete(path, { token: stranger.token })).status).toBe(404);
    expect((await world.client.patch(path, { title: 'x' }, { token: admin.token })).status).toBe(403);
    expect((await world.client.get(`${BASE}/${crypto.randomUUID()}/status`, { token: person.token })).status).toBe(404);
    expect((await world.client.get(`${BASE}/x/status`, { token: person.token })).status).toBe(422);
  });

  test('a guest may write one story at a time and holds it by its id', async () => {
    const model = scripted();
    const writer = await createWorld({ overrides: { llm: model.llm } });
    const open = () => writer.client.open('POST', BASE, { body: { prompt: 'guest', target_chars: 500 } });
    const first = eventsOf(await open());
    const id = (await first.next()).value.data.job_id;
    expect(id[14]).toBe('4');
    const refused = await open();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect((await writer.client.get(`${BASE}/${id}/status`)).body.status).toMatch(/queued|running/);
    expect((await writer.client.delete(`${BASE}/${id}`)).status).toBe(200);
    await first.return(undefined);
    await Promise.all(writer.ctx.background);
    await writer.close();
  });

  test('a member writes at most so many at once, also when all are asked for at once', async () => {
    const model = scripted();
    const writer = await createWorld({ env: { GENERATION_CONCURRENCY: '2' }, overrides: { llm: model.llm } });
    const member = await signUp(writer);
    const answers = await Promise.all(Array.from({ length: 8 }, () => writer.client.open('POST', BASE, { body: { prompt: 'many' }, token: member.token })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 429, 429, 429, 429, 429, 429]);
    for (const answer of answers) {
      if (answer.status !== 200) continue;
      const [meta] = await readEvents(answer, { limit: 1 });
      await writer.client.delete(`${BASE}/${meta?.data.job_id}`, { token: member.token });
    }
    await Promise.all(writer.ctx.background);
    await writer.close();
  });

  test('title and visibility can be set while it is written, and not after', async () => {
    const model = scripted();
    const writer = await createWorld({ stores: world.stores, env: { GENERATION_CONCURRENCY: '50' }, overrides: { llm: model.llm } });
    const opened = await start({ prompt: 'to be named', target_chars: 500 }, { client: writer.client });
    const stream = eventsOf(opened);
    const id = (await stream.next()).value.data.job_id;
    const patch = (body: object) => world.client.patch(`${BASE}/${id}`, body, { token: person.token });
    expect((await patch({ title: 'My own title', is_public: true, status: 'done' })).body).toMatchObject({ title: 'My own title', is_public: true, status: expect.stringMatching(/queued|running/) });
    expect((await patch({ title: '' })).status).toBe(422);
    model.say('A story of some length that is told to the end, for the sake of its title. '.repeat(7));
    model.end();
    let final: { title?: string } = {};
    for (let step = await stream.next(); !step.done; step = await stream.next()) final = step.value.data;
    expect(final.title).toBe('My own title');
    expect((await patch({ title: 'Too late' })).status).toBe(409);
  });
});

describe('idempotency', () => {
  test('the same key is the same job: 409 while it runs, the same stream after, 422 for another request', async () => {
    const model = scripted();
    const writer = await createWorld({ stores: world.stores, env: { GENERATION_CONCURRENCY: '50' }, overrides: { llm: model.llm } });
    const key = crypto.randomUUID();
    const send = (body: object) => start(body, { client: writer.client, headers: { 'idempotency-key': key } });
    const body = { prompt: 'once only', target_chars: 500 };
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(body)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await send({ ...body, prompt: 'something else' })).status).toBe(422);
    model.say('A story that is told exactly once, however often it is asked for by the client. '.repeat(6));
    model.end();
    const running = answers.find((answer) => answer.status === 200) as Response;
    const events = await readEvents(running);
    expect(await readEvents(await send(body))).toEqual(events);
    expect(await sql`select 1 from generation_jobs where idempotency_key = ${key}`).toHaveLength(1);
  });
});

test('the job’s row exists before the first byte of its stream', async () => {
  const response = await start({ prompt: 'row first', target_chars: 500 });
  expect((await newest())?.status).toMatch(/queued|running|done/);
  await readEvents(response);
});
