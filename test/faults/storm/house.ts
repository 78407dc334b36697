import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../../../scripts/services/postgres.ts';
import { type Child, ending, freePort, spawnService } from '../../../scripts/services/process.ts';
import { startRedis } from '../../../scripts/services/redis.ts';
import type { Server } from '../../../scripts/services/server.ts';
import { migrateDatabase } from '../../../src/db/migrate.ts';
import { until } from '../../harness/until.ts';

const ROOT = join(import.meta.dir, '../../..');
const SECRET = 'storm-secret-storm-secret-storm-secret';

/** The processes that a storm kills. */
export const TARGETS = ['api 1', 'api 2', 'worker', 'postgres', 'redis'] as const;
export type Target = (typeof TARGETS)[number];
type Program = { command: string[]; env: Record<string, string>; child?: Child; wanted: boolean };

export type House = {
  folder: string;
  redisDir: string;
  databaseUrl: string;
  redisUrl: string;
  env: Record<string, string>;
  /** Addresses of the two APIs. */
  apis: string[];
  sql: postgres.Sql;
  /** kill -9. */
  kill(target: Target): Promise<void>;
  /** Starts it again on the same port and data. */
  revive(target: Target): Promise<void>;
  /** SIGSTOP: the process keeps its connections and does nothing, as in a machine that hangs. */
  pause(target: 'api 1' | 'api 2'): void;
  resume(target: 'api 1' | 'api 2'): void;
  /** Programs that ended although nobody killed them. */
  unexpected: string[];
  end(): Promise<void>;
};

type Options = {
  /** What the two APIs run; the house's own API when not given. */
  api?: { command: (port: number) => string[]; health: string };
  apiEnv?: [Record<string, string>, Record<string, string>];
  worker?: boolean;
};

/** Real servers and processes of one's own, which may be killed at any moment. */
export async function openHouse({ api, apiEnv = [{}, {}], worker = true }: Options = {}): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'fabula-storm-'));
  chmodSync(folder, 0o711);
  const redisDir = join(folder, 'redis');
  const ports = { postgres: await freePort(), redis: await freePort(), apis: [await freePort(), await freePort()] };
  const startServer = {
    postgres: () =>
      startPostgres({
        dataDir: join(folder, 'postgres'),
        log: join(folder, 'postgres.log'),
        port: ports.postgres,
        durable: false,
      }),
    redis: () => startRedis({ dataDir: redisDir, log: join(folder, 'redis.log'), port: ports.redis }),
  };
  const [pg, redis] = await Promise.all([startServer.postgres(), startServer.redis()]);
  const servers: Record<'postgres' | 'redis', Server> = { postgres: pg, redis };
  await migrateDatabase(pg.url);
  const env = {
    ...(process.env as Record<string, string>),
    NODE_ENV: 'test',
    DATABASE_URL: pg.url,
    REDIS_URL: redis.url,
    DATABASE_POOL_SIZE: '6',
    RATE_LIMIT_SCALE: '0',
    LOG_LEVEL: 'warn',
    JWT_SECRET_KEY: SECRET,
  };
  const programs: Record<'api 1' | 'api 2' | 'worker', Program> = {
    'api 1': program(0),
    'api 2': program(1),
    worker: { command: [join(ROOT, 'worker/main.ts')], env, wanted: worker },
  };
  function program(index: 0 | 1): Program {
    const port = ports.apis[index] as number;
    return {
      command: api?.command(port) ?? [join(ROOT, 'src/main.ts')],
      env: { ...env, PORT: String(port), ...apiEnv[index] },
      wanted: true,
    };
  }
  const sql = postgres(pg.url, { max: 2, onnotice: () => undefined });
  const unexpected: string[] = [];
  // A program that ends by itself is started again, as a supervisor would, and noted.
  const start = (name: keyof typeof programs) => {
    const its = programs[name];
    const log = join(folder, `${name}.log`);
    const child = spawnService([process.execPath, ...its.command], log, {
      cwd: ROOT,
      env: its.env,
    });
    its.child = child;
    child.exited.then(() => {
      if (!its.wanted || its.child !== child) return;
      const last = readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '';
      // A worker that was started anew while Postgres was away says so and leaves: its supervisor tries again.
      if (!/The worker cannot reach the database/.test(last)) unexpected.push(`${name}: ${ending(child)}: ${last}`);
      setTimeout(() => its.wanted && its.child === child && start(name), 200);
    });
  };
  for (const name of Object.keys(programs) as (keyof typeof programs)[]) if (programs[name].wanted) start(name);
  const apis = ports.apis.map((port) => `http://127.0.0.1:${port}`);
  for (const address of apis)
    await until(
      () =>
        fetch(address + (api?.health ?? '/health')).then(
          (answer) => answer.ok,
          () => false,
        ),
      { timeoutMs: 30_000, what: address },
    );

  return {
    folder,
    redisDir,
    env,
    databaseUrl: pg.url,
    redisUrl: redis.url,
    apis,
    sql,
    unexpected,
    async kill(target) {
      if (target === 'postgres' || target === 'redis') return servers[target].kill();
      const its = programs[target];
      its.wanted = false;
      its.child?.kill('SIGKILL');
      await its.child?.exited;
    },
    async revive(target) {
      if (target === 'postgres' || target === 'redis') servers[target] = await startServer[target]();
      else {
        programs[target].wanted = true;
        start(target);
      }
    },
    pause: (target) => programs[target].child?.kill('SIGSTOP'),
    resume: (target) => programs[target].child?.kill('SIGCONT'),
    async end() {
      for (const its of Object.values(programs)) {
        its.wanted = false;
        its.child?.kill('SIGKILL');
        await its.child?.exited;
      }
      await sql.end({ timeout: 1 }).catch(() => undefined);
      await Promise.all([servers.postgres.kill(), servers.redis.kill()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
