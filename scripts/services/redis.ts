import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { lastLines, logSize, StartFailure } from './failure.ts';
import { comesUp, ending, endLeftover, freePort, spawnService, stopChild, writePidFile } from './process.ts';
import { type Announce, findRedis } from './redis-binary.ts';
import type { Server } from './server.ts';

export type RedisOptions = {
  dataDir: string;
  /** The file that the server's log is appended to. */
  log: string;
  /** A free one when not given. */
  port?: number;
  /** How many numbered databases there are; tests take one each. */
  databases?: number;
  /** Where a server that had to be unpacked is kept. */
  cacheDir?: string;
  announce?: Announce;
};

const STOP_MS = 15_000;
/** The journal of a large data set is read back before the first answer. */
const READY_MS = 60_000;

/** Starts Redis on a data folder. Every acknowledged write is on disk, so the folder can be started again even after kill -9. */
export async function startRedis(options: RedisOptions): Promise<Server> {
  const { dataDir, log } = options;
  const binary = await findRedis(options.cacheDir, options.announce);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await endRedisLeftover(dataDir);

  const port = options.port ?? (await freePort());
  const before = logSize(log);
  const child = spawnService([binary.program, ...serverFlags(port, options)], log, {
    cwd: dataDir,
    env: binary.libraries ? { ...process.env, LD_LIBRARY_PATH: binary.libraries } : process.env,
  });
  // Redis rewrites its command line to "redis-server 127.0.0.1:<port>": the port is what tells it from others.
  writePidFile(pidFile(dataDir), child.pid, `127.0.0.1:${port}`);
  if (!(await comesUp(child, () => answers(port), READY_MS))) {
    await stopChild(child, 'SIGTERM', STOP_MS);
    throw new StartFailure(`Redis did not start (${ending(child)}). Its log, ${log}, ends:`, lastLines(log, before));
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    how: binary.how,
    child,
    stop: () => stopChild(child, 'SIGTERM', STOP_MS),
    kill: () => stopChild(child, 'SIGKILL', STOP_MS),
  };
}

/** Ends the server that a killed run left on this data folder. */
export async function endRedisLeftover(dataDir: string): Promise<void> {
  await endLeftover(pidFile(dataDir), 'SIGTERM', STOP_MS);
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'server.pid');
}

function serverFlags(port: number, { dataDir, databases = 16 }: RedisOptions): string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: dataDir,
    databases: String(databases),
    // Balances live here: each write is synced before it is acknowledged, and nothing is ever evicted.
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    save: '',
    daemonize: 'no',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Whether it takes commands: it accepts connections before it has read its data back. */
async function answers(port: number): Promise<boolean> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return true;
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
