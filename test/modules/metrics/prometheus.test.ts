import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { chatIn } from '../../harness/chat.ts';
import { until } from '../../harness/until.ts';
import { createWorld, type World } from '../../harness/world.ts';

const TOKEN = 'a-token-for-the-scraper';
let world: World;
beforeAll(async () => {
  world = await createWorld({ env: { METRICS_TOKEN: TOKEN } });
});
afterAll(() => world.close());

type Sample = { name: string; labels: Record<string, string>; value: number };

/** Text format 0.0.4, strictly: a line that is none of it fails the test. */
function parse(text: string): Sample[] {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (comment) {
      if (comment[1] === 'TYPE') {
        expect(types.has(comment[2] as string)).toBe(false);
        types.set(comment[2] as string, comment[3] as string);
      }
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.e+-]+|\+Inf|NaN)$/.exec(line);
    if (!sample) throw new Error(`not a sample: ${line}`);
    const labels = [...(sample[2] ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)",?/g)];
    expect(labels.map(([all]) => all).join('')).toBe(sample[2] ?? '');
    const family = (sample[1] as string).replace(/_(bucket|sum|count)$/, '');
    expect(types.has(sample[1] as string) || types.get(family) === 'histogram').toBe(true);
    samples.push({
      name: sample[1] as string,
      labels: Object.fromEntries(labels.map(([, name, value]) => [name, value])),
      value: Number(sample[3]),
    });
  }
  return samples;
}

async function scrape(client = world.client): Promise<Sample[]> {
  const answer = await client.get('/metrics/prometheus', { token: TOKEN });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return parse(answer.text);
}

const reading = (samples: Sample[], name: string, labels: Record<string, string> = {}) =>
  samples.find(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value;

test('requests are counted by pattern and class of status, never by what somebody asked for', async () => {
  for (const path of ['/users/x', `/users/${crypto.randomUUID()}`, '/nowhere/at/all', '/nowhere/else', '/auth/me'])
    await world.client.get(path);
  await world.client.post('/auth/login', { email: 'x' });
  await world.client.open('BREW', '/pot');
  await world.client.delete('/health');
  const samples = await scrape();
  const count = (labels: Record<string, string>) =>
    reading(samples, 'fabula_http_request_duration_seconds_count', labels);
  expect(count({ method: 'GET', route: '/users/:id', status: '4xx' })).toBe(2);
  expect(count({ method: 'GET', route: '/auth/me', status: '4xx' })).toBe(1);
  expect(count({ method: 'POST', route: '/auth/login', status: '4xx' })).toBe(1);
  expect(count({ method: 'any', route: 'unmatched', status: '4xx' })).toBe(4);
  const routes = new Set(samples.flatMap(({ labels }) => labels.route ?? []));
  expect([...routes].filter((route) => /nowhere|pot|[0-9a-f]{8}-/.test(route))).toEqual([]);
  const methods = new Set(samples.flatMap(({ labels }) => labels.method ?? []));
  expect([...methods].filter((method) => !['GET', 'POST', 'any'].includes(method))).toEqual([]);
});

test('a histogram’s buckets rise and end with its count', async () => {
  const samples = await scrape();
  const buckets = samples
    .filter(({ name, labels }) => name.endsWith('request_duration_seconds_bucket') && labels.route === 'unmatched')
    .map(({ value }) => value);
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
  expect(buckets.at(-1)).toBe(
    reading(samples, 'fabula_http_request_duration_seconds_count', { route: 'unmatched' }) as number,
  );
});

test('jobs, backlog, streams, turns, stores and the process tell how they are', async () => {
  const chat = await chatIn(world);
  const roomId = await chat.newRoom();
  expect((await chat.send(roomId, 'hello')).status).toBe(200);
  await world.ctx.redis.commands.xadd('points:{0}:outbox', `${Date.now() - 5_000}-0`, 't', 'x');
  await world.ctx.db.pool.execute(
    sql`select graphile_worker.add_job('points.sweep', '{}'::json, run_at => now() - interval '90 seconds')`,
  );
  const samples = await scrape();
  expect(reading(samples, 'fabula_store_up', { store: 'postgres' })).toBe(1);
  expect(reading(samples, 'fabula_store_up', { store: 'redis' })).toBe(1);
  expect(reading(samples, 'fabula_jobs', { state: 'ready' })).toBeGreaterThanOrEqual(1);
  expect(reading(samples, 'fabula_jobs_oldest_ready_seconds')).toBeWithin(89, 120);
  expect(reading(samples, 'fabula_points_backlog_entries', { shard: '0' })).toBe(1);
  expect(reading(samples, 'fabula_points_settle_lag_seconds', { shard: '0' })).toBeWithin(3, 60);
  expect(reading(samples, 'fabula_turn_duration_seconds_count', { kind: 'chat', outcome: 'done' })).toBe(1);
  expect(reading(samples, 'fabula_turns_running')).toBe(0);
  expect(reading(samples, 'fabula_worker_up')).toBe(0);
  expect(reading(samples, 'fabula_online_viewers')).toBe(0);
  expect(reading(samples, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(reading(samples, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(reading(samples, 'fabula_event_loop_pause_max_seconds')).toBeGreaterThanOrEqual(0);
  expect(
    samples.filter(({ name }) => name === 'fabula_postgres_connections').reduce((sum, { value }) => sum + value, 0),
  ).toBeGreaterThanOrEqual(1);
});

test('a stream is open until its reader has gone', async () => {
  const abort = new AbortController();
  const response = await world.client.open('POST', '/stories/generate/stream', {
    body: { prompt: 'a lighthouse', target_chars: 20_000 },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  expect(reading(await scrape(), 'fabula_open_streams')).toBe(1);
  await response.body?.cancel();
  await until(async () => reading(await scrape(), 'fabula_open_streams') === 0, { what: 'the stream to be closed' });
});

test('a store that is away takes only its own readings with it', async () => {
  const { ctx, client } = await world.secondInstance();
  ctx.redis.commands.disconnect();
  const withoutRedis = await scrape(client);
  expect(reading(withoutRedis, 'fabula_store_up', { store: 'redis' })).toBe(0);
  expect(reading(withoutRedis, 'fabula_points_backlog_entries')).toBeUndefined();
  expect(reading(withoutRedis, 'fabula_jobs', { state: 'ready' })).toBeNumber();
  await ctx.db.close();
  const withoutBoth = await scrape(client);
  expect(reading(withoutBoth, 'fabula_store_up', { store: 'postgres' })).toBe(0);
  expect(reading(withoutBoth, 'process_resident_memory_bytes')).toBeNumber();
});
