import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { type Ctx, closeContext, openContext } from '../../src/context.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { createLogger } from '../../src/lib/log.ts';
import { startPostgres } from '../services/postgres.ts';
import { freePort } from '../services/process.ts';
import { startRedis } from '../services/redis.ts';

export type BenchWorld = {
  ctx: Ctx;
  env: Record<string, string>;
  /** Starts the API as its own process and waits until it answers; `env` goes over the common one. */
  startApi(env?: Record<string, string>): Promise<{ port: number; stop(): Promise<void> }>;
  close(): Promise<void>;
};

/** Postgres and Redis for one run of the benchmarks, set up as `up` sets them up, in a folder that goes afterwards. */
export async function createBenchWorld(): Promise<BenchWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'fabula-bench-'));
  const [postgres, redis] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'postgres'), log: join(folder, 'postgres.log') }),
    startRedis({ dataDir: join(folder, 'redis'), log: join(folder, 'redis.log') }),
  ]);
  await migrateDatabase(postgres.url);
  const env = {
    NODE_ENV: 'test',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    RATE_LIMIT_SCALE: '1000000',
    LOG_LEVEL: 'info',
    DATA_DIR: folder,
  };
  const ctx = await openContext(loadConfig(env), { log: createLogger('silent') });
  return {
    ctx,
    env,
    async startApi(more = {}) {
      const port = await freePort();
      const log = Bun.file(join(folder, 'api.log'));
      const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../src/main.ts')], {
        env: { ...process.env, ...env, ...more, PORT: String(port) },
        stdout: log,
        stderr: 'inherit',
      });
      for (let tries = 0; ; tries++) {
        const up = await fetch(`http://127.0.0.1:${port}/health`).then(
          (answer) => answer.ok,
          () => false,
        );
        if (up) break;
        if (tries > 400) throw new Error('the API did not start');
        await Bun.sleep(25);
      }
      return {
        port,
        async stop() {
          child.kill('SIGTERM');
          await child.exited;
        },
      };
    },
    async close() {
      await closeContext(ctx);
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
