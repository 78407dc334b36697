import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { fail } from '../../../src/lib/errors.ts';
import type { Llm } from '../../../src/llm/gateway.ts';
import { reapExtractions } from '../../../src/modules/extraction/reap.ts';
import { extractCharacters } from '../../../src/modules/extraction/run.ts';
import { keys } from '../../../src/redis/keys.ts';
import type { World } from '../../harness/world.ts';
import { createExtractionWorld, JOBS, longTale, sharing, tellStory } from './extraction-world.ts';

let home: Awaited<ReturnType<typeof createExtractionWorld>>;
const opened: World[] = [];
beforeAll(async () => {
  home = await createExtractionWorld();
});
afterAll(async () => {
  for (const world of opened) await world.close();
  await home.world.close();
});

/** Runs a job with a model of the test's. */
async function runWith(jobId: string, produce: Llm['produce']): Promise<void> {
  const world = await sharing(home.world, { overrides: { llm: { ...home.world.ctx.llm, produce } } });
  opened.push(world);
  await extractCharacters(world.ctx, { jobId });
}

const mirrored = async (storyId: string, jobId: string) => {
  const { commands } = home.world.ctx.redis;
  const [status, ttl, record] = await Promise.all([
    commands.get(keys.extractionStatus(storyId)),
    commands.ttl(keys.extractionStatus(storyId)),
    commands.get(keys.extractionRecord(jobId)),
  ]);
  return { status, ttl, record: record === null ? null : JSON.parse(record) };
};

describe('the model', () => {
  test('one window that cannot be read is passed over, and told', async () => {
    const story = await tellStory(home.world, home.owner, longTale(3));
    const jobId = await home.start(story);
    let calls = 0;
    await runWith(jobId, async (call, schema, signal) => {
      calls += call.task === 'extract.window' ? 1 : 0;
      if (call.task === 'extract.window' && calls === 2) throw fail('llm.bad_output');
      return home.world.ctx.llm.produce(call, schema, signal);
    });
    expect(await home.status(jobId)).toMatchObject({
      status: 'done',
      processed_windows: 3,
      last_error: 'llm.bad_output',
    });
    expect((await home.names(story)).toSorted()).toEqual(['Mira', 'Tobin']);
  });

  test('away for several windows, it ends the search; its words are not told', async () => {
    const story = await tellStory(home.world, home.owner, longTale(6));
    const jobId = await home.start(story);
    let calls = 0;
    await runWith(jobId, async () => {
      calls += 1;
      throw fail('llm.unavailable', { cause: new Error('SECRET upstream detail') });
    });
    expect(calls).toBe(3);
    const job = await home.status(jobId);
    expect(job).toMatchObject({ status: 'error', processed_windows: 2, last_error: 'llm.unavailable' });
    expect(JSON.stringify(job)).not.toContain('SECRET');
    expect(await mirrored(story, jobId)).toMatchObject({ status: 'failed', record: { status: 'error' } });
    const korean = await home.world.client.get(`${JOBS}/${jobId}`, {
      token: home.owner.token,
      headers: { 'accept-language': 'ko' },
    });
    expect(korean.body.error_message).toMatch(/[가-힣]/);
  });

  test('when it cannot draw a person, the person is there all the same', async () => {
    const story = await tellStory(home.world, home.owner);
    const jobId = await home.start(story);
    await runWith(jobId, async (call, schema, signal) => {
      if (call.task === 'extract.enrich') throw fail('llm.timeout');
      return home.world.ctx.llm.produce(call, schema, signal);
    });
    expect((await home.status(jobId)).status).toBe('done');
    const { items } = await home.grid(story);
    expect(items).toHaveLength(3);
    const personality = async () => {
      const path = `/characters/${items[0].character_id}`;
      return (await home.world.client.get(path, { token: home.owner.token })).body.personality;
    };
    expect(await personality()).toBeNull();
    // The next search makes up for it.
    await home.search(story);
    expect(await personality()).toEqual(expect.any(String));
  });

  test('what it makes up is cut to size and cleaned; more than five a window are dropped, roles and letters too', async () => {
    const story = await tellStory(home.world, home.owner);
    const jobId = await home.start(story);
    const person = (name: string, importance = 'minor') => ({
      name,
      description: 'd'.repeat(900),
      importance,
      aliases: [],
    });
    await runWith(jobId, async (call) => {
      if (call.task === 'extract.window')
        return {
          candidates: [
            person('The Old Man'),
            person('가'),
            person(`Zed\0 ${'long '.repeat(60)}`, 'protagonist'),
            person('Ann', 'Major character'),
            { name: 'Ann' },
            person('Sixth'),
          ],
        } as never;
      const text = `${'x'.repeat(9_000)}\0`;
      return {
        personality: text,
        speech_style: text,
        greeting: text,
        world_setting: text,
        background_story: text,
      } as never;
    });
    const { items } = await home.grid(story);
    expect(items.map((item: { name: string }) => item.name.slice(0, 8))).toEqual(['Zed long', 'Ann']);
    expect(items[0].name.length).toBeLessThanOrEqual(100);
    expect(items[0].description.length).toBeLessThanOrEqual(100);
    const { body } = await home.world.client.get(`/characters/${items[0].character_id}`, { token: home.owner.token });
    expect([
      body.personality.length,
      body.speech_style.length,
      body.greeting.length,
      body.world_setting.length,
    ]).toEqual([1_200, 800, 500, 2_000]);
  });

  test('a mistake of ours ends it as an error, at once', async () => {
    const story = await tellStory(home.world, home.owner);
    const jobId = await home.start(story);
    await runWith(jobId, async () => {
      throw new TypeError('SECRET bug');
    });
    const job = await home.status(jobId);
    expect(job.status).toBe('error');
    expect(JSON.stringify(job)).not.toContain('SECRET');
    expect(await mirrored(story, jobId)).toMatchObject({ status: 'error', record: { status: 'error' } });
    expect((await home.grid(story)).extraction_status).toBe('error');
  });
});

describe('a search that nobody runs', () => {
  const age = (jobId: string, seconds: number) =>
    home.world.ctx.db.pool.execute(
      sql`update extraction_jobs set heartbeat_at = ${new Date(home.world.clock.now().getTime() - seconds * 1_000).toISOString()}::timestamptz where id = ${jobId}`,
    );
  const forget = (jobId: string) =>
    home.world.ctx.db.pool.execute(sql`select graphile_worker.remove_job(${`extract:${jobId}`})`);

  test('waits while the queue has it, and ends when the queue has forgotten it', async () => {
    const story = await tellStory(home.world, home.owner);
    const jobId = await home.start(story);
    await age(jobId, 300);
    expect(await reapExtractions(home.world.ctx)).toBe(0);
    await forget(jobId);
    await age(jobId, 20);
    expect(await reapExtractions(home.world.ctx)).toBe(0);
    await age(jobId, 31);
    const counts = await Promise.all([1, 2, 3].map(() => reapExtractions(home.world.ctx)));
    expect(counts.reduce((sum, n) => sum + n)).toBe(1);
    expect(await home.status(jobId)).toMatchObject({ status: 'error', cancelled: false });
    expect(await mirrored(story, jobId)).toMatchObject({ status: 'error' });
    // Whoever comes with it now comes too late.
    await extractCharacters(home.world.ctx, { jobId });
    expect(await home.names(story)).toEqual([]);
    expect(await home.search(story)).toMatchObject({ job: { status: 'done' } });
  });

  test('ends half an hour after its last run whatever the queue says, and after ten runs that came to nothing', async () => {
    const story = await tellStory(home.world, home.owner);
    const jobId = await home.start(story);
    await age(jobId, 1_801);
    // Behind long searches one may wait.
    expect(await reapExtractions(home.world.ctx)).toBe(0);
    await home.world.ctx.db.pool.execute(sql`update extraction_jobs set status = 'running' where id = ${jobId}`);
    expect(await reapExtractions(home.world.ctx)).toBe(1);
    const next = await home.start(story);
    await home.world.ctx.db.pool.execute(sql`update extraction_jobs set epoch = 10 where id = ${next}`);
    await extractCharacters(home.world.ctx, { jobId: next });
    expect(await home.status(next)).toMatchObject({ status: 'error', processed_windows: 0 });
  });
});
