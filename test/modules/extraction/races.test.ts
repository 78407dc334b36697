import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { extractCharacters } from '../../../src/modules/extraction/run.ts';
import { until } from '../../harness/until.ts';
import type { World } from '../../harness/world.ts';
import {
  createExtractionWorld,
  gatedWorker,
  gridOf,
  JOBS,
  longTale,
  tellStory,
  writeChapter,
} from './extraction-world.ts';

let home: Awaited<ReturnType<typeof createExtractionWorld>>;
const opened: World[] = [];
beforeAll(async () => {
  home = await createExtractionWorld();
});
afterAll(async () => {
  for (const world of opened) await world.close();
  await home.world.close();
});

const cancel = (jobId: string) =>
  home.world.client.post(`${JOBS}/${jobId}/cancel`, undefined, { token: home.owner.token });

describe('one search at a time', () => {
  test('twenty requests at once are one job, and one grid', async () => {
    const story = await tellStory(home.world, home.owner);
    const ids = await Promise.all(Array.from({ length: 20 }, () => home.start(story)));
    expect(new Set(ids).size).toBe(1);
    const jobId = ids[0] as string;
    expect(await home.grid(story)).toEqual({ items: [], extraction_status: 'in_progress', job_id: jobId });
    // The queue has it once, and running it again and again changes nothing.
    const [queued] = await home.world.ctx.db.pool.execute<{ n: number }>(
      sql`select count(*)::int as n from graphile_worker.jobs where key = ${`extract:${jobId}`}`,
    );
    expect(queued?.n).toBe(1);
    await Promise.all(Array.from({ length: 5 }, () => extractCharacters(home.world.ctx, { jobId })));
    expect(await home.status(jobId)).toMatchObject({ status: 'done', created: 3 });
    expect(await home.strays(story)).toEqual({ orphans: 0, empty: 0, rows: 3, doubled: 0 });
    const next = await home.start(story);
    expect(next).not.toBe(jobId);
    await cancel(next);
  });

  test('searches leave room for other jobs: they have two lanes of the queue', async () => {
    const stories = await Promise.all(Array.from({ length: 12 }, () => tellStory(home.world, home.owner)));
    const ids = await Promise.all(stories.map((story) => home.start(story)));
    const lanes = await home.world.ctx.db.pool.execute<{ queue_name: string }>(
      sql`select distinct queue_name from graphile_worker.jobs where task_identifier = 'extract_characters'`,
    );
    expect(lanes.map(({ queue_name }) => queue_name).toSorted()).toEqual(['extraction:0', 'extraction:1']);
    await Promise.all(ids.map(cancel));
  });

  test('another search may begin once the first has ended, however it ended', async () => {
    const story = await tellStory(home.world, home.owner);
    const first = await home.start(story);
    expect((await cancel(first)).body).toEqual({ message: 'cancelled', summary: null });
    const second = await home.start(story);
    expect(second).not.toBe(first);
    await extractCharacters(home.world.ctx, { jobId: first });
    expect((await home.status(first)).status).toBe('cancelled');
    expect(await home.names(story)).toEqual([]);
    await extractCharacters(home.world.ctx, { jobId: second });
    expect(await home.names(story)).toHaveLength(3);
  });
});

describe('a run that has lost its job', () => {
  test('a cancel in the middle of a window stops the model, leaves no trace and keeps the old grid', async () => {
    const story = await tellStory(home.world, home.owner, longTale(3));
    await home.search(story);
    const before = await home.grid(story);
    const worker = await gatedWorker(home.world, opened);
    const jobId = await home.start(story);
    const running = worker.run(jobId);
    worker.allow(1);
    await until(async () => (await home.status(jobId)).processed_windows === 1);
    expect((await cancel(jobId)).body.message).toBe('cancelled');
    // The next sign of life finds it out.
    await running;
    expect(worker.aborted.count).toBe(1);
    expect(await home.status(jobId)).toMatchObject({ status: 'cancelled', stage: 'cancelled', cancelled: true });
    expect(await home.grid(story)).toEqual({ ...before, extraction_status: 'cancelled' });
    expect(await home.strays(story)).toMatchObject({ orphans: 0, empty: 0 });
    expect((await cancel(jobId)).status).toBe(200);
  }, 20_000);

  test('taken over by another run, it writes nothing; the other goes on from the last window', async () => {
    const story = await tellStory(home.world, home.owner, longTale(4));
    const [slow, quick] = [await gatedWorker(home.world, opened), await gatedWorker(home.world, opened)];
    const jobId = await home.start(story);
    const abandoned = slow.run(jobId);
    slow.allow(2);
    await until(async () => (await home.status(jobId)).processed_windows === 2);
    quick.allow(10);
    await quick.run(jobId);
    expect(await home.status(jobId)).toMatchObject({ status: 'done', processed_windows: 4, total_windows: 4 });
    // Windows 3 and 4 only; the persons of the first two came out of the checkpoint.
    expect(quick.windows).toHaveLength(2);
    expect((await home.names(story)).toSorted()).toEqual(['Elsa', 'Joren', 'Mira', 'Tobin']);
    const grid = await home.grid(story);
    slow.allow(10);
    await abandoned;
    expect((await home.grid(story)).items).toEqual(grid.items);
    expect(await home.strays(story)).toEqual({ orphans: 0, empty: 0, rows: 4, doubled: 0 });
  }, 20_000);

  test('cancel against the end, many times: cancelled with nothing new, or done with all of it', async () => {
    for (let round = 0; round < 12; round += 1) {
      const story = await tellStory(home.world, home.owner);
      const jobId = await home.start(story);
      const delay = round * 4;
      const [, cancelled] = await Promise.all([
        extractCharacters(home.world.ctx, { jobId }),
        Bun.sleep(delay).then(() => cancel(jobId)),
      ]);
      const { status } = await home.status(jobId);
      expect(cancelled.body.message).toBe(status);
      const strays = await home.strays(story);
      expect(strays).toEqual({ orphans: 0, empty: 0, rows: status === 'done' ? 3 : 0, doubled: 0 });
    }
  }, 30_000);
});

describe('beside other changes of the story', () => {
  test('deleting the grid cancels the search that would bring it back', async () => {
    const story = await tellStory(home.world, home.owner, longTale(2));
    await home.search(story);
    const worker = await gatedWorker(home.world, opened);
    const jobId = await home.start(story);
    const running = worker.run(jobId);
    await until(() => worker.windows.length === 1);
    const gone = await home.world.client.delete(gridOf(story), { token: home.owner.token });
    expect(gone.body.summary.extracted_rows).toBe(2);
    worker.allow(10);
    await running;
    expect((await home.status(jobId)).status).toBe('cancelled');
    expect((await home.grid(story)).items).toEqual([]);
    expect(await home.strays(story)).toEqual({ orphans: 0, empty: 0, rows: 0, doubled: 0 });
  }, 20_000);

  test('a story that is deleted under its search gets no persons, and the search ends', async () => {
    const story = await tellStory(home.world, home.owner, longTale(2));
    const worker = await gatedWorker(home.world, opened);
    const jobId = await home.start(story);
    const running = worker.run(jobId);
    await until(() => worker.windows.length === 1);
    const gone = await home.world.client.delete(`/stories/${story}`, { token: home.owner.token });
    expect(gone.status).toBe(200);
    worker.allow(10);
    await running;
    expect(await home.live(story)).toBe(0);
    expect(await home.strays(story)).toEqual({ orphans: 0, empty: 0, rows: 0, doubled: 0 });
  }, 20_000);

  test('a character deleted, a chapter written and the grid asked for, all while it is swapped: no deadlock, no stray', async () => {
    const story = await tellStory(home.world, home.owner);
    for (let round = 0; round < 6; round += 1) {
      const { items } = await home.grid(story);
      await writeChapter(home.world, story, 2, longTale(round + 1).at(-1) as string);
      const jobId = await home.start(story);
      const [victim] = items;
      await Promise.all([
        extractCharacters(home.world.ctx, { jobId }),
        victim
          ? home.world.client.delete(`/characters/${victim.character_id}`, { token: home.owner.token })
          : Promise.resolve(),
        home.grid(story),
      ]);
      expect((await home.status(jobId)).status).toBe('done');
      expect(await home.strays(story)).toMatchObject({ orphans: 0, empty: 0, doubled: 0 });
    }
  }, 30_000);
});
