import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { extractCharacters } from '../../../src/modules/extraction/run.ts';
import { keys } from '../../../src/redis/keys.ts';
import { type Event, eventsOf, readEvents } from '../../harness/sse.ts';
import { until } from '../../harness/until.ts';
import type { World } from '../../harness/world.ts';
import { createExtractionWorld, gatedWorker, gridOf, JOBS, longTale, tellStory } from './extraction-world.ts';

let home: Awaited<ReturnType<typeof createExtractionWorld>>;
const opened: World[] = [];
beforeAll(async () => {
  home = await createExtractionWorld();
});
afterAll(async () => {
  for (const world of opened) await world.close();
  await home.world.close();
});

const follow = (jobId: string, lastEventId?: string) =>
  home.world.client.open('GET', `${JOBS}/${jobId}/events`, {
    token: home.owner.token,
    headers: lastEventId ? { 'last-event-id': lastEventId } : {},
  });

async function nextThat(stream: AsyncGenerator<Event>, fits: (event: Event) => boolean): Promise<Event> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done) throw new Error('the stream ended');
    if (fits(value)) return value;
  }
}

describe('following a search', () => {
  test('tells each step it sees, resumes anywhere, ends once', async () => {
    const story = await tellStory(home.world, home.owner, longTale(3));
    const jobId = await home.start(story);
    const worker = await gatedWorker(home.world, opened);
    const stream = eventsOf(await follow(jobId));
    expect((await stream.next()).value).toMatchObject({ id: '0-0', event: 'progress', data: { status: 'queued' } });
    const running = worker.run(jobId);
    await nextThat(stream, ({ data }) => data.status === 'running' && data.total_windows === 3);
    worker.allow(1);
    const first = await nextThat(stream, ({ data }) => data.processed_windows === 1);
    expect(first).toMatchObject({ id: '2-1', event: 'progress', data: { stage: 'extracting' } });
    await stream.return(undefined);
    // Whoever comes back with what is the newest hears the next, and nothing twice.
    const again = eventsOf(await follow(jobId, '2-1'));
    const coming = again.next();
    worker.allow(1);
    expect((await coming).value).toMatchObject({ id: '2-2', data: { processed_windows: 2 } });
    // Without the pings of Redis it is a second later.
    await home.world.ctx.redis.commands.flushdb();
    worker.allow(1);
    const rest: Event[] = [];
    for (let step = await again.next(); !step.done; step = await again.next()) rest.push(step.value);
    expect(rest.filter(({ event }) => event !== 'progress').map(({ event }) => event)).toEqual(['final']);
    expect(rest.at(-1)).toMatchObject({ id: '3-3', data: { status: 'done', created: 3, processed_windows: 3 } });
    await running;
    expect(await readEvents(await follow(jobId, '3-3'))).toHaveLength(1);
    expect(await readEvents(await follow(jobId, 'nonsense'))).toHaveLength(1);
  }, 20_000);

  test('a cancel and a failure are an error with its message', async () => {
    const story = await tellStory(home.world, home.owner, ['It rained.']);
    const jobId = await home.start(story);
    const stream = eventsOf(await follow(jobId));
    await stream.next();
    await home.world.client.post(`${JOBS}/${jobId}/cancel`, undefined, { token: home.owner.token });
    expect((await stream.next()).value).toMatchObject({
      event: 'error',
      data: { message: 'cancelled', cancelled: true },
    });
    expect((await stream.next()).done).toBe(true);
    const { jobId: failed } = await home.search(story);
    const [last] = await readEvents(await follow(failed));
    expect(last).toMatchObject({
      event: 'error',
      data: { status: 'error', message: expect.stringContaining('Nobody') },
    });
  });
});

describe('rebuild that waits', () => {
  const rebuild = (storyId: string) =>
    home.world.client.post(`${gridOf(storyId)}/rebuild`, undefined, { token: home.owner.token });
  const jobOf = (storyId: string) => until(async () => (await home.grid(storyId)).job_id as string | undefined);

  test('answers with the new grid, for everyone who waits', async () => {
    const story = await tellStory(home.world, home.owner);
    const waiting = [rebuild(story), rebuild(story)];
    const jobId = await jobOf(story);
    expect(await home.start(story)).toBe(jobId);
    await extractCharacters(home.world.ctx, { jobId });
    for (const answer of await Promise.all(waiting)) {
      expect(answer.status).toBe(200);
      expect(answer.body.created).toBe(3);
      expect(answer.body.items).toHaveLength(3);
      expect(Object.keys(answer.body.items[0])).not.toContain('is_public');
    }
  });

  test('nobody found is 503 and the old grid stands, cancelled is 409', async () => {
    const story = await tellStory(home.world, home.owner);
    await home.search(story);
    const before = (await home.grid(story)).items;
    await home.world.ctx.db.pool.execute(
      sql`update story_chapters set content = 'It rained on the hills. Nothing moved.' where story_id = ${story}`,
    );
    const failing = rebuild(story);
    await extractCharacters(home.world.ctx, { jobId: await jobOf(story) });
    const failed = await failing;
    expect([failed.status, failed.body.code]).toEqual([503, 'extraction.nobody_found']);
    expect((await home.grid(story)).items).toEqual(before);
    const cancelling = rebuild(story);
    await home.world.client.post(`${JOBS}/${await jobOf(story)}/cancel`, undefined, { token: home.owner.token });
    const cancelled = await cancelling;
    expect([cancelled.status, cancelled.body.code]).toEqual([409, 'extraction.cancelled']);
    expect((await home.grid(story)).items).toEqual(before);
  });

  test('without a worker it is 503 after ten seconds; with one that is busy it waits; the job is named', async () => {
    const story = await tellStory(home.world, home.owner);
    const lonely = rebuild(story);
    const jobId = await jobOf(story);
    home.world.clock.advance(11);
    const answer = await lonely;
    expect([answer.status, answer.body.code, answer.body.job_id]).toEqual([503, 'extraction.no_worker', jobId]);
    expect(await home.live(story)).toBe(1);
    await home.world.ctx.redis.commands.set(keys.workerSeen(), '1', 'EX', 60);
    const waiting = rebuild(story);
    const early = await Promise.race([waiting, until(() => true)]);
    expect(early).toBe(true);
    home.world.clock.advance(11);
    // It has looked again, and waits.
    expect(await Promise.race([waiting.then(() => 'answered'), Bun.sleep(1_500).then(() => 'waits')])).toBe('waits');
    home.world.clock.advance(110);
    const late = await waiting;
    expect([late.status, late.body.code, late.body.job_id]).toEqual([504, 'extraction.still_running', jobId]);
    expect(late.body.detail).toContain(jobId);
    // The job goes on.
    await extractCharacters(home.world.ctx, { jobId });
    expect((await home.status(jobId)).status).toBe('done');
  }, 20_000);
});
