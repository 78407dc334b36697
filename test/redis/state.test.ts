import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../../scripts/services/redis.ts';
import type { Server } from '../../scripts/services/server.ts';
import { serverRunId } from '../../src/redis/run-id.ts';
import { stateRedisFaults } from '../../src/redis/state.ts';
import { until } from '../harness/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'fabula-state-'));
let server: Server;
let redis: Redis;
const start = (port?: number) => startRedis({ dataDir: join(folder, 'redis'), log: join(folder, 'redis.log'), port });
beforeAll(async () => {
  server = await start();
  redis = new Redis(server.url, { retryStrategy: () => 20 });
  redis.on('error', () => undefined);
}, 30_000);
afterAll(async () => {
  redis.disconnect();
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the API against this Redis; resolves with its exit code, or undefined when it listens. */
async function api(mode: 'production' | 'development'): Promise<{ code: number | undefined; said: string }> {
  const secret = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`;
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../src/main.ts')], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: mode,
      PORT: '0',
      DATABASE_URL: 'postgres://postgres@127.0.0.1:9/none',
      REDIS_URL: server.url,
      DATA_DIR: folder,
      JWT_SECRET_KEY: 'x'.repeat(40),
      RESEND_API_KEY: 're_test',
      PAYMENT_WEBHOOK_SECRET: secret,
      STRIPE_SECRET_KEY: 'sk_test_x',
      STRIPE_WEBHOOK_SECRET: secret,
      PAYMENT_PROVIDER: mode === 'production' ? 'stripe' : 'sandbox',
      FRONTEND_BASE_URL: 'https://fabula.example',
      PUBLIC_BASE_URL: 'https://api.fabula.example',
    },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let said = '';
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) said += new TextDecoder().decode(chunk);
  };
  const reading = [collect(child.stdout), collect(child.stderr)];
  await until(() => said.includes('"listening"') || child.exitCode !== null, {
    what: 'a start or an end',
    timeoutMs: 20_000,
  });
  const code = child.exitCode ?? undefined;
  child.kill('SIGKILL');
  await Promise.all(reading);
  return { code, said };
}

test('as we start it, it keeps points', async () => {
  expect(await stateRedisFaults(redis)).toEqual({ faults: [] });
});

test('other settings are named, stop production and are a warning elsewhere', async () => {
  await redis.config('SET', 'appendfsync', 'everysec');
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  expect((await stateRedisFaults(redis)).faults).toEqual([
    'appendfsync is everysec, it must be always',
    'maxmemory-policy is allkeys-lru, it must be noeviction',
  ]);
  const production = await api('production');
  expect(production).toMatchObject({
    code: 1,
    said: expect.stringContaining('may lose points: appendfsync is everysec'),
  });
  const development = await api('development');
  expect(development).toMatchObject({ code: undefined, said: expect.stringContaining('this Redis may lose points') });
}, 60_000);

test('the run id of a connection is forgotten with it, and another after a restart', async () => {
  const first = await serverRunId(redis);
  expect(await serverRunId(redis)).toBe(first);
  await server.kill();
  server = await start(server.port);
  const second = await until(() => serverRunId(redis).catch(() => undefined), { what: 'the server' });
  expect(second).not.toBe(first);
}, 30_000);
