import { join } from 'node:path';
import { freePort } from '../../scripts/services/process.ts';
import { type Client, createClient } from './client.ts';
import type { Stores } from './stores.ts';
import { until } from './until.ts';

const root = join(import.meta.dir, '../..');

export type ApiProcess = { client: Client; url: string; pid: number; kill(): Promise<void>; stop(): Promise<number> };

function environment(stores: Stores, more: Record<string, string>): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    NODE_ENV: 'test',
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    DATABASE_POOL_SIZE: '4',
    RATE_LIMIT_SCALE: '0',
    LOG_LEVEL: 'warn',
    ...more,
  };
}

/** A real API process over the stores, listening on a free loopback port. */
export async function startApi(stores: Stores, env: Record<string, string> = {}): Promise<ApiProcess> {
  const port = await freePort();
  const child = Bun.spawn([process.execPath, join(root, 'src/main.ts')], {
    env: environment(stores, { PORT: String(port), ...env }),
    stdout: 'ignore',
    stderr: 'inherit',
  });
  const url = `http://127.0.0.1:${port}`;
  await until(
    () =>
      fetch(`${url}/health`).then(
        (answer) => answer.ok,
        () => false,
      ),
    { what: 'the API', timeoutMs: 20_000, everyMs: 25 },
  );
  return {
    url,
    client: createClient(url),
    pid: child.pid,
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
    async stop() {
      child.kill('SIGTERM');
      return child.exited;
    },
  };
}

/** A real worker process over the stores; it works when `/ready` of an API says so. */
export function startWorker(stores: Stores, env: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, join(root, 'worker/main.ts')], {
    env: environment(stores, env),
    stdout: 'ignore',
    stderr: 'inherit',
  });
  return {
    pid: child.pid,
    async kill() {
      child.kill('SIGKILL');
      await child.exited;
    },
    async stop() {
      child.kill('SIGTERM');
      return child.exited;
    },
  };
}
