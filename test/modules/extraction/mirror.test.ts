import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Llm } from '../../../src/llm/gateway.ts';
import { extractCharacters } from '../../../src/modules/extraction/run.ts';
import { keys } from '../../../src/redis/keys.ts';
import type { World } from '../../harness/world.ts';
import { createExtractionWorld, gridOf, JOBS, longTale, sharing, tellStory } from './extraction-world.ts';

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

describe('Redis', () => {
  test('mirrors the five states with their times, together with the record', async () => {
    const story = await tellStory(home.world, home.owner);
    const ttlOf = async (jobId: string) => {
      const { status, ttl, record } = await mirrored(story, jobId);
      return [status, record?.status, ttl];
    };
    const first = await home.start(story);
    const queued = await ttlOf(first);
    expect(queued.slice(0, 2)).toEqual(['in_progress', 'queued']);
    expect(queued[2]).toBeWithin(1_790, 1_801);
    await extractCharacters(home.world.ctx, { jobId: first });
    const done = await ttlOf(first);
    expect(done.slice(0, 2)).toEqual(['completed', 'done']);
    expect(done[2]).toBeWithin(110, 121);
    const second = await home.start(story);
    await home.world.client.post(`${JOBS}/${second}/cancel`, undefined, { token: home.owner.token });
    const cancelled = await ttlOf(second);
    expect(cancelled.slice(0, 2)).toEqual(['cancelled', 'cancelled']);
    expect(cancelled[2]).toBeWithin(50, 61);
    // What comes late changes nothing any more.
    const { commands } = home.world.ctx.redis;
    const late = (jobId: string, status: string) =>
      commands.mirrorExtraction(
        keys.extractionRecord(jobId),
        keys.extractionStatus(story),
        keys.extractionNewest(story),
        JSON.stringify({ status }),
        3_600,
        'in_progress',
        1_800,
        jobId,
      );
    expect(await late(second, 'running')).toBe(0);
    await commands.del(keys.extractionRecord(first));
    expect(await late(first, 'running')).toBe(1);
    expect((await ttlOf(second))[0]).toBe('cancelled');
  });

  test('flushed in the middle, nothing is lost: answers come from Postgres', async () => {
    const story = await tellStory(home.world, home.owner, longTale(4));
    const jobId = await home.start(story);
    let calls = 0;
    await runWith(jobId, async (call, schema, signal) => {
      calls += 1;
      if (calls === 2) {
        await home.world.ctx.redis.commands.flushdb();
        expect((await home.status(jobId)).processed_windows).toBe(1);
        expect((await home.grid(story)).job_id).toBe(jobId);
      }
      return home.world.ctx.llm.produce(call, schema, signal);
    });
    await home.world.ctx.redis.commands.flushdb();
    expect(await home.status(jobId)).toMatchObject({ status: 'done', created: 4 });
    expect(await home.grid(story)).toMatchObject({ extraction_status: 'completed' });
  });

  test('away from the beginning, the search is made all the same', async () => {
    const deaf = await sharing(home.world, { env: { REDIS_URL: 'redis://127.0.0.1:1' } });
    opened.push(deaf);
    const story = await tellStory(home.world, home.owner);
    const started = await deaf.client.post(`${gridOf(story)}/rebuild-async`, undefined, { token: home.owner.token });
    expect(started.status).toBe(200);
    await extractCharacters(deaf.ctx, { jobId: started.body.job_id });
    expect(await home.names(story)).toHaveLength(3);
  });

  test('the status is told for its time, then it is silent', async () => {
    const story = await tellStory(home.world, home.owner);
    await home.search(story);
    home.world.clock.advance(118);
    expect((await home.grid(story)).extraction_status).toBe('completed');
    home.world.clock.advance(3);
    expect((await home.grid(story)).extraction_status).toBeUndefined();
  });
});
