import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { startWorker } from '../harness/processes.ts';
import { until } from '../harness/until.ts';
import { createExtractionWorld, gridOf, JOBS, longTale, tellStory } from '../modules/extraction/extraction-world.ts';
import { persons, works } from '../modules/extraction/texts.ts';

let home: Awaited<ReturnType<typeof createExtractionWorld>>;
beforeAll(async () => {
  home = await createExtractionWorld();
});
afterAll(() => home.world.close());

const CHAPTER_CHARS = 45_000;

/** Chapters of Alice, again and again, up to so many characters. */
async function longBook(chars: number): Promise<string[]> {
  const text = await works[0]!.read();
  const whole = text.repeat(Math.ceil(chars / text.length)).slice(0, chars);
  return Array.from({ length: Math.ceil(whole.length / CHAPTER_CHARS) }, (_, n) =>
    whole.slice(n * CHAPTER_CHARS, (n + 1) * CHAPTER_CHARS),
  );
}

const ended = (jobId: string, timeoutMs: number) =>
  until(
    async () => {
      const job = await home.status(jobId);
      return ['done', 'error', 'cancelled'].includes(job.status) ? job : undefined;
    },
    { timeoutMs, everyMs: 50, what: 'the end of the search' },
  );

async function progressOf(jobId: string): Promise<{ processed: number; epoch: number }> {
  const [row] = await home.world.ctx.db.pool.execute<{ processed: number; epoch: number }>(
    sql`select processed_windows as processed, epoch from extraction_jobs where id = ${jobId}`,
  );
  return row as { processed: number; epoch: number };
}

test('workers are killed and stopped in the middle, one after the other: another goes on from the last window, and there is one grid', async () => {
  const story = await tellStory(home.world, home.owner, await longBook(1_500_000));
  let worker = startWorker(home.world.stores, { LOG_LEVEL: 'error' });
  try {
    const jobId = await home.start(story);
    let reached = 0;
    for (let kill = 0; kill < 3; kill += 1) {
      const before = await until(
        async () => {
          const now = await progressOf(jobId);
          return now.epoch > kill && now.processed > reached + 20 ? now : undefined;
        },
        { timeoutMs: 30_000, everyMs: 5, what: 'progress of the search' },
      );
      // The second one is asked to stop, and leaves its job to the next.
      if (kill === 1) expect(await worker.stop()).toBe(0);
      else await worker.kill();
      const after = await progressOf(jobId);
      // What is done is not done again: it only rises.
      expect(after.processed).toBeGreaterThanOrEqual(before.processed);
      reached = after.processed;
      worker = startWorker(home.world.stores, { LOG_LEVEL: 'error' });
    }
    const job = await ended(jobId, 60_000);
    expect(job).toMatchObject({ status: 'done', created: 5 });
    expect(job.processed_windows).toBe(job.total_windows);
    const names = await home.names(story);
    expect(names[0]).toBe('Alice');
    expect(names.filter((name) => !persons.test(name))).toEqual([]);
    expect(await home.strays(story)).toEqual({ orphans: 0, empty: 0, rows: 5, doubled: 0 });
  } finally {
    await worker.kill();
  }
}, 150_000);

test('a storm of rebuilds, cancels and deletions over two workers, one killed: every search ends, no stray is left', async () => {
  const stories = await Promise.all([1, 2, 3].map((n) => tellStory(home.world, home.owner, longTale(4 + n))));
  const workers = [
    startWorker(home.world.stores, { LOG_LEVEL: 'error' }),
    startWorker(home.world.stores, { LOG_LEVEL: 'error' }),
  ];
  const { client } = home.world;
  const call = { token: home.owner.token };
  try {
    const started = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(
        stories.map(async (story, n) => {
          const ids = await Promise.all([home.start(story), home.start(story), home.start(story)]);
          for (const id of ids) started.add(id);
          if ((round + n) % 3 === 0) await client.post(`${JOBS}/${ids[0]}/cancel`, undefined, call);
          if ((round + n) % 5 === 4) await client.delete(gridOf(story), call);
        }),
      );
      if (round === 6) await workers[0]?.kill();
    }
    const last = await Promise.all(stories.map((story) => home.start(story)));
    for (const id of last) started.add(id);
    for (const id of started) await ended(id, 60_000);
    for (const [n, story] of stories.entries()) {
      expect(await home.live(story)).toBe(0);
      const rows = Math.min(5, 4 + n + 1);
      expect((await home.status(last[n] as string)).status).toBe('done');
      expect(await home.strays(story)).toEqual({ orphans: 0, empty: 0, rows, doubled: 0 });
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
  }
}, 150_000);

/** Resident memory of a process in megabytes. */
async function residentMb(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

/** What a process has computed so far, in seconds; a machine that is busy with other things does not matter. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Bun.file(`/proc/${pid}/stat`).text();
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}

test.skipIf(process.platform !== 'linux')(
  'ten megabytes: a worker’s memory stays bounded, three seconds a megabyte',
  async () => {
    const story = await tellStory(home.world, home.owner, await longBook(10_000_000));
    const worker = startWorker(home.world.stores, { LOG_LEVEL: 'error' });
    try {
      const small = await tellStory(home.world, home.owner);
      await ended(await home.start(small), 30_000);
      const before = await residentMb(worker.pid);
      const jobId = await home.start(story);
      const startedAt = performance.now();
      const cpuBefore = await cpuSeconds(worker.pid);
      let most = before;
      const job = await until(
        async () => {
          most = Math.max(most, await residentMb(worker.pid));
          const now = await home.status(jobId);
          return now.status === 'queued' || now.status === 'running' ? undefined : now;
        },
        { timeoutMs: 100_000, everyMs: 50, what: 'the end of the search' },
      );
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpu = (await cpuSeconds(worker.pid)) - cpuBefore;
      expect(job).toMatchObject({ status: 'done', created: 5 });
      expect(job.total_windows).toBeGreaterThan(1_600);
      expect(cpu).toBeLessThan(30);
      // The text alone, as JavaScript holds it, is 10 MB and more for each time it is kept.
      expect(most - before).toBeLessThan(200);
      if (process.env.SHOW_MEASURES)
        process.stderr.write(
          `${seconds.toFixed(1)} s (${cpu.toFixed(1)} s of CPU), ${before.toFixed(0)} -> ${most.toFixed(0)} MB\n`,
        );
    } finally {
      await worker.kill();
    }
  },
  120_000,
);
