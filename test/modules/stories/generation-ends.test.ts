import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import postgres from 'postgres';
import type { Llm } from '../../../src/llm/gateway.ts';
import { reapGenerations } from '../../../src/modules/stories/generation/reap.ts';
import { eventsOf, readEvents, textOf } from '../../harness/sse.ts';
import { createStoryWorld, GENERATION } from '../../harness/stories.ts';
import { until } from '../../harness/until.ts';
import { createWorld } from '../../harness/world.ts';

let { world, person, start, follow, status, scriptedInstance } = {} as Awaited<ReturnType<typeof createStoryWorld>>;
let sql: postgres.Sql;
beforeAll(async () => {
  ({ world, person, start, follow, status, scriptedInstance } = await createStoryWorld());
  sql = postgres(world.stores.databaseUrl, { max: 2 });
});
afterAll(async () => {
  await sql.end();
  await world.close();
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
    const model = await scriptedInstance();
    const { writer } = model;
    const opened = await start({ prompt: 'cancelled', target_chars: 1_000 }, { client: writer.client });
    const stream = eventsOf(opened);
    const id = (await stream.next()).value.data.job_id;
    model.say('It began well enough, and then it went on. ');
    for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) })
      if (event.event === 'episode') break;
    const answer = await world.client.delete(`${GENERATION}/${id}`, { token: person.token });
    expect([answer.status, answer.body.message]).toEqual([200, 'cancelled']);
    let last: { event: string; data: unknown } | undefined;
    for (let step = await stream.next(); !step.done; step = await stream.next()) last = step.value;
    expect(last).toMatchObject({ event: 'error', data: { message: 'cancelled' } });
    await until(() => model.aborted.count > 0, { what: 'the model to be stopped' });
    await Promise.all(writer.ctx.background);
    expect(await status(id)).toMatchObject({ status: 'cancelled', cancelled: true, final_result: null });
    expect((await world.client.delete(`${GENERATION}/${id}`, { token: person.token })).status).toBe(200);
    expect((await readEvents(await follow(id))).at(-1)).toMatchObject({
      event: 'error',
      data: { message: 'cancelled' },
    });
  });

  test('cancel against completion, many times: one terminal state that never changes, readers agree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), async (after) => {
        const opened = await start({ prompt: `race ${after}`, target_chars: 500 });
        const stream = eventsOf(opened);
        const id = (await stream.next()).value.data.job_id;
        for (let i = 0; i < after; i++) await stream.next();
        await world.client.delete(`${GENERATION}/${id}`, { token: person.token });
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
