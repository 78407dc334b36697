import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import type { Ctx } from '../../src/context.ts';
import { tasks } from '../../src/queue/catalogue.ts';
import { handlers } from '../../worker/handlers.ts';
import { buildTaskList } from '../../worker/task-list.ts';
import { type Bench, createBench } from './bench.ts';
import { killWorkers, spawnWorker } from './worker-process.ts';

// Processes start slowly where many tests run at once.
setDefaultTimeout(30_000);

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterEach(killWorkers);
afterAll(() => bench.close());

test('every task of the catalogue has a handler, and no handler is without a task', () => {
  expect(Object.keys(handlers).toSorted()).toEqual(Object.keys(tasks).toSorted());
  expect(Object.keys(buildTaskList({} as Ctx, handlers)).toSorted()).toEqual(Object.keys(tasks).toSorted());
});

test('a worker that lacks a handler refuses to start, in one sentence', async () => {
  const worker = spawnWorker(bench.stores, {}, Bun.fileURLToPath(import.meta.resolve('./without-handler.ts')));
  expect(await worker.exited).toBe(1);
  expect(await worker.stderr).toBe('The worker has no handler for: mail.verify. Add it to worker/handlers.ts.\n');
});

test('a database that does not answer stops the start, in one sentence', async () => {
  const worker = spawnWorker({ ...bench.stores, databaseUrl: 'postgres://postgres:hunter2@127.0.0.1:1/none' });
  expect(await worker.exited).toBe(1);
  const said = await worker.stderr;
  expect(said).toMatch(/^The worker cannot reach the database of DATABASE_URL \(.+\)\.\n$/);
  expect(said).not.toContain('hunter2');
});

test('a database without this version’s migrations stops the start, in one sentence', async () => {
  const behind = await createBench();
  const refusal = async () => {
    const worker = spawnWorker(behind.stores);
    expect(await worker.exited).toBe(1);
    return worker.stderr;
  };
  const sentence = 'The database is not migrated to this version: run `bun run migrate` first.\n';
  await behind.db.pool.execute(sql`delete from drizzle.__drizzle_migrations`);
  expect(await refusal()).toBe(sentence);
  await behind.db.pool.execute(sql`drop schema drizzle cascade`);
  expect(await refusal()).toBe(sentence);
  await behind.close();
});

test('a bad setting stops the start, in one sentence', async () => {
  const worker = spawnWorker(bench.stores, { WORKER_CONCURRENCY: 'many' });
  expect(await worker.exited).toBe(1);
  expect(await worker.stderr).toMatch(/^Bad environment: WORKER_CONCURRENCY .+\n$/);
});
