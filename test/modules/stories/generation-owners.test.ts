import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import postgres from 'postgres';
import { signUp } from '../../harness/people.ts';
import { eventsOf, readEvents } from '../../harness/sse.ts';
import { createStoryWorld, GENERATION, scriptedModel } from '../../harness/stories.ts';
import { createWorld } from '../../harness/world.ts';

let { world, person, start, scriptedInstance } = {} as Awaited<ReturnType<typeof createStoryWorld>>;
let sql: postgres.Sql;
beforeAll(async () => {
  ({ world, person, start, scriptedInstance } = await createStoryWorld());
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
afterAll(async () => {
  await sql.end();
  await world.close();
});

describe('whose story it is', () => {
  test('a member’s job is that member’s and the admins’; a stale token is told to renew', async () => {
    const [meta] = await readEvents(await start({ prompt: 'mine', target_chars: 500 }));
    const path = `${GENERATION}/${meta?.data.job_id}`;
    const stranger = await signUp(world);
    const admin = await signUp(world);
    await sql`update users set is_admin = true where id = ${admin.id}`;
    await world.ctx.redis.commands.flushdb();
    for (const [token, expected] of [
      [stranger.token, 404],
      [undefined, 404],
      ['stale', 401],
      [admin.token, 200],
      [person.token, 200],
    ] as const) {
      expect((await world.client.get(`${path}/status`, { token })).status).toBe(expected);
      const stream = await world.client.open('GET', path, { token });
      expect(stream.status).toBe(expected);
      await stream.body?.cancel();
    }
    expect((await world.client.delete(path, { token: stranger.token })).status).toBe(404);
    expect((await world.client.patch(path, { title: 'x' }, { token: admin.token })).status).toBe(403);
    expect(
      (await world.client.get(`${GENERATION}/${crypto.randomUUID()}/status`, { token: person.token })).status,
    ).toBe(404);
    expect((await world.client.get(`${GENERATION}/x/status`, { token: person.token })).status).toBe(422);
  });

  test('a guest may write one story at a time and holds it by its id', async () => {
    const model = scriptedModel(world.ctx.llm);
    const writer = await createWorld({ overrides: { llm: model.llm } });
    const open = () => writer.client.open('POST', GENERATION, { body: { prompt: 'guest', target_chars: 500 } });
    const first = eventsOf(await open());
    const id = (await first.next()).value.data.job_id;
    expect(id[14]).toBe('4');
    const refused = await open();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect((await writer.client.get(`${GENERATION}/${id}/status`)).body.status).toMatch(/queued|running/);
    expect((await writer.client.delete(`${GENERATION}/${id}`)).status).toBe(200);
    await first.return(undefined);
    await Promise.all(writer.ctx.background);
    await writer.close();
  });

  test('a member writes at most so many at once, also when all are asked for at once', async () => {
    const model = scriptedModel(world.ctx.llm);
    const writer = await createWorld({ env: { GENERATION_CONCURRENCY: '2' }, overrides: { llm: model.llm } });
    const member = await signUp(writer);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        writer.client.open('POST', GENERATION, { body: { prompt: 'many' }, token: member.token }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 429, 429, 429, 429, 429, 429]);
    for (const answer of answers) {
      if (answer.status !== 200) continue;
      const [meta] = await readEvents(answer, { limit: 1 });
      await writer.client.delete(`${GENERATION}/${meta?.data.job_id}`, { token: member.token });
    }
    await Promise.all(writer.ctx.background);
    await writer.close();
  });

  test('title and visibility can be set while it is written, and not after', async () => {
    const model = await scriptedInstance();
    const { writer } = model;
    const opened = await start({ prompt: 'to be named', target_chars: 500 }, { client: writer.client });
    const stream = eventsOf(opened);
    const id = (await stream.next()).value.data.job_id;
    const patch = (body: object) => world.client.patch(`${GENERATION}/${id}`, body, { token: person.token });
    expect((await patch({ title: 'My own title', is_public: true, status: 'done' })).body).toMatchObject({
      title: 'My own title',
      is_public: true,
      status: expect.stringMatching(/queued|running/),
    });
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
    const model = await scriptedInstance();
    const { writer } = model;
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
