import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { withTx } from '../../src/db/tx.ts';
import { newId } from '../../src/lib/ids.ts';
import { listOutbox } from '../../src/mail/outbox-queries.ts';
import { enqueue } from '../../src/queue/enqueue.ts';
import { keys } from '../../src/redis/keys.ts';
import { until } from '../harness/until.ts';
import { type ScriptedResend, scriptResend } from '../mail/scripted-resend.ts';
import { type Bench, createBench } from './bench.ts';
import { killWorkers, startWorkerProcess } from './worker-process.ts';

// Processes start slowly where many tests run at once.
setDefaultTimeout(30_000);

let bench: Bench;
let resend: ScriptedResend | undefined;
beforeAll(async () => {
  bench = await createBench();
});
afterEach(async () => {
  await killWorkers();
  await resend?.stop();
  resend = undefined;
  await bench.db.pool.execute(sql`delete from graphile_worker._private_jobs`);
});
afterAll(() => bench.close());

const noJobsLeft = () => until(async () => (await bench.jobs()).length === 0, { what: 'an empty queue' });
const resendEnv = (server: ScriptedResend) => ({ RESEND_API_KEY: 're_test', RESEND_BASE_URL: server.url });

test('a committed job runs once; one of a rolled-back transaction never does', async () => {
  const worker = await startWorkerProcess(bench.stores);
  const lost = newId();
  const rolledBack = withTx(bench.db, async (tx) => {
    await enqueue(tx, 'mail.verify', { tokenId: lost, language: 'en' });
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  const id = await bench.requestVerification('kept@example.com');
  await until(async () => (await listOutbox(bench.db.pool, { to: 'kept@example.com', limit: 5 })).length > 0);
  await noJobsLeft();
  const [mail] = await listOutbox(bench.db.pool, { to: 'kept@example.com', limit: 5 });
  expect(mail!.links[0]).toContain(`/verify?token=${id}.`);
  const jobs = worker.lines.filter((line) => line.message === 'job' && line.task === 'mail.verify');
  expect(jobs).toEqual([
    expect.objectContaining({ task: 'mail.verify', attempt: 1, outcome: 'done', level: 'info', process: 'worker' }),
  ]);
  expect(JSON.stringify(worker.lines)).not.toContain('kept@example.com');
});

test('a mail that the provider does not take is sent again later, under the same key', async () => {
  resend = scriptResend([500]);
  const worker = await startWorkerProcess(bench.stores, resendEnv(resend));
  const id = await bench.requestVerification();
  await until(() => resend!.received.length === 2, { timeoutMs: 15_000 });
  await noJobsLeft();
  expect(new Set(resend.received.map((mail) => mail.key))).toEqual(new Set([`verify-email/${id}`]));
  expect(new Set(resend.received.map((mail) => JSON.stringify(mail.body))).size).toBe(1);
  const tries = worker.lines.filter((line) => line.message === 'job' && line.task === 'mail.verify');
  expect(tries.map((line) => line.outcome)).toEqual(['retry', 'done']);
  const at = tries.map((line) => Date.parse(String(line.time)));
  // The queue waits exp(1) seconds.
  expect(at[1]! - at[0]!).toBeGreaterThan(2_500);
  expect(JSON.stringify(worker.lines)).not.toContain('mina@example.com');
});

test('a provider that is down costs a try, not the mail', async () => {
  resend = scriptResend();
  const env = resendEnv(resend);
  await resend.stop();
  const worker = await startWorkerProcess(bench.stores, env);
  await bench.requestVerification();
  await worker.line((line) => line.message === 'job' && line.task === 'mail.verify' && line.outcome === 'retry');
  const job = await until(async () => (await bench.jobs()).find((row) => row.locked_by === null));
  expect(job).toMatchObject({ task: 'mail.verify', attempts: 1, max_attempts: 12 });
});

test.each([
  ['a payload that does not fit its schema', 'mail.verify', { tokenId: 'short', secret: 'mina@example.com' }],
  ['a payload that is no object', 'mail.password_changed', ['mina@example.com']],
])('%s is given up at once and stays as evidence', async (_, task, payload) => {
  const worker = await startWorkerProcess(bench.stores);
  await bench.db.pool.execute(
    sql`select graphile_worker.add_job(${task}, ${JSON.stringify(payload)}::text::json, max_attempts => 12)`,
  );
  await worker.line((line) => line.message === 'job' && line.task === task && line.outcome === 'failed');
  const job = await until(async () =>
    (await bench.jobs()).find((row) => row.locked_by === null && row.last_error !== null),
  );
  expect(job).toMatchObject({ attempts: 1, max_attempts: 1, last_error: 'The payload does not fit its schema' });
  expect(JSON.stringify(worker.lines)).not.toContain('mina@example.com');
});

test('a mail that the provider finds faulty is given up at once', async () => {
  resend = scriptResend([422]);
  const worker = await startWorkerProcess(bench.stores, resendEnv(resend));
  await bench.requestVerification();
  await worker.line((line) => line.message === 'job' && line.task === 'mail.verify' && line.outcome === 'failed');
  const job = await until(async () =>
    (await bench.jobs()).find((row) => row.locked_by === null && row.last_error !== null),
  );
  expect(job).toMatchObject({ attempts: 1, max_attempts: 1 });
});

test('a worker shows in Redis that it lives, and goes on without Redis', async () => {
  const redis = new Redis(bench.stores.redisUrl);
  await redis.del(keys.workerSeen());
  const worker = await startWorkerProcess(bench.stores);
  await until(() => redis.exists(keys.workerSeen()));
  expect(await redis.ttl(keys.workerSeen())).toBeWithin(1, 11);
  worker.kill('SIGTERM');
  expect(await worker.exited).toBe(0);

  const offline = await startWorkerProcess(bench.stores, { REDIS_URL: 'redis://127.0.0.1:1' });
  await bench.requestVerification('offline@example.com');
  await offline.line((line) => line.message === 'job' && line.task === 'mail.verify' && line.outcome === 'done');
  redis.disconnect();
});
