import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Config, loadConfig } from '../src/config.ts';
import { died, endLeftoverApps, startApp, waitUntilReady } from './services/apps.ts';
import { bringUpToDate } from './services/database.ts';
import { explain, StartFailure } from './services/failure.ts';
import { checkPostgres, checkRedis, place } from './services/given.ts';
import { createHousehold, type Household, type ServerKind } from './services/household.ts';
import { startPostgres } from './services/postgres.ts';
import { cannotListen, freePort } from './services/process.ts';
import { startRedis } from './services/redis.ts';
import { screen } from './services/screen.ts';
import type { Server } from './services/server.ts';
import { onStopRequest } from './services/signals.ts';
import {
  jwtSecret,
  lockDataDir,
  logFile,
  places,
  prepareDataDir,
  removeServices,
  writeServices,
} from './services/state.ts';

const HELP = `Usage: ./scripts/up

Starts Postgres and Redis, brings the database up to date, adds the demo data, and starts the API and the worker.
Ctrl-C stops all of it; the data stays for the next start.

  PORT          port of the API (8000); 0 takes a free one
  DATA_DIR      folder of everything that is kept (.data); two copies need two folders and two ports
  DATABASE_URL  a Postgres to use; then none is started
  REDIS_URL     a Redis to use; then none is started

All other settings are in README.md. They may stand in a file .env.`;

const READY_MS = 60_000;
/** Fast enough to try things, slow enough to see a story being written. */
const OFFLINE_CHARS_PER_SECOND = '400';

type Service = { url: string; how: string };

const began = performance.now();
const dataDir = resolve(process.env.DATA_DIR || '.data');

async function startAll(house: Household): Promise<void> {
  prepareDataDir(dataDir);
  lockDataDir(dataDir);
  house.atEnd(() => removeServices(dataDir));
  const config = settings();
  await endLeftoverApps(dataDir);
  const port = await choosePort(config);
  const { postgres, redis } = await timed(house, 'Postgres and Redis', () => startServices(house));
  await timed(house, 'Migrations', () => bringUpToDate(postgres.url));

  const env = childEnvironment({ DATABASE_URL: postgres.url, REDIS_URL: redis.url, PORT: String(port) });
  const origin = `http://${urlHost(config.host)}:${port}`;
  const apps = (['worker', 'api'] as const).map((name) => startApp(name, dataDir, env));
  apps.forEach(house.addApp);
  await Promise.all([
    timed(house, 'Demo data', () => seed(house, config, env)),
    timed(house, 'API and worker', () => waitUntilReady(origin, apps, house.stopping, READY_MS)),
  ]);
  apps.forEach(house.mustLive);
  writeServices(dataDir, { apiUrl: origin, databaseUrl: postgres.url, redisUrl: redis.url, pid: process.pid });
  const overview = screen({
    config,
    origin: config.host === '127.0.0.1' ? `http://localhost:${port}` : origin,
    postgres: `${postgres.how}, ${place(postgres.url, '5432')}`,
    redis: `${redis.how}, ${place(redis.url, '6379')}`,
    logs: shown(places(dataDir).logs),
    seconds: ((performance.now() - began) / 1_000).toFixed(1),
  });
  console.log(`\n${overview}\n`);
}

/** The whole configuration is judged before anything is started; the addresses of services to come stand in for now. */
function settings(): Config {
  return loadConfig({
    ...process.env,
    DATABASE_URL: process.env.DATABASE_URL || 'postgres://127.0.0.1/fabula',
    REDIS_URL: process.env.REDIS_URL || 'redis://127.0.0.1',
    JWT_SECRET_KEY: process.env.JWT_SECRET_KEY || jwtSecret(dataDir),
  });
}

async function choosePort(config: Config): Promise<number> {
  const { host } = config;
  const port = config.port || (await freePort());
  const problem = await cannotListen(port, host);
  if (problem === undefined) return port;
  if (problem === 'EADDRINUSE')
    throw new StartFailure(
      `Port ${port} is taken by another program. Choose another one: PORT=${port + 1} ./scripts/up`,
    );
  throw new StartFailure(`The API cannot listen on ${host}:${port} (${problem}). Choose another HOST or PORT.`);
}

async function startServices(house: Household): Promise<{ postgres: Service; redis: Service }> {
  const { DATABASE_URL, REDIS_URL } = process.env;
  // What is given is looked at first: a wrong address should not cost a start of the other service.
  if (DATABASE_URL) await checkPostgres('DATABASE_URL', DATABASE_URL);
  if (REDIS_URL) await checkRedis('REDIS_URL', REDIS_URL);
  const folders = places(dataDir);
  const startOwnPostgres = () => startPostgres({ dataDir: folders.postgres, log: logFile(dataDir, 'postgres') });
  const startOwnRedis = () =>
    startRedis({ dataDir: folders.redis, log: logFile(dataDir, 'redis'), cacheDir: folders.cache, announce });
  // Both are waited for even if one fails, so that no server is left that nobody knows of.
  const [postgres, redis] = await Promise.allSettled([
    service(house, 'Postgres', DATABASE_URL, startOwnPostgres),
    service(house, 'Redis', REDIS_URL, startOwnRedis),
  ]);
  if (postgres.status === 'rejected') throw postgres.reason;
  if (redis.status === 'rejected') throw redis.reason;
  return { postgres: postgres.value, redis: redis.value };
}

async function service(
  house: Household,
  kind: ServerKind,
  given: string | undefined,
  start: () => Promise<Server>,
): Promise<Service> {
  if (given) return { url: given, how: 'given' };
  const server = await start();
  house.addServer(kind, server);
  return { url: server.url, how: server.how };
}

async function seed(house: Household, config: Config, env: Record<string, string | undefined>): Promise<void> {
  if (config.production || !existsSync(join(import.meta.dir, 'seed.ts'))) return;
  const app = startApp('seed', dataDir, env);
  house.addApp(app);
  if ((await app.child.exited) !== 0 && !house.stopping.aborted) throw died(app);
}

function childEnvironment(own: Record<string, string>): Record<string, string | undefined> {
  return {
    ...process.env,
    ...own,
    DATA_DIR: dataDir,
    JWT_SECRET_KEY: process.env.JWT_SECRET_KEY || jwtSecret(dataDir),
    OFFLINE_LLM_CHARS_PER_SECOND: process.env.OFFLINE_LLM_CHARS_PER_SECOND || OFFLINE_CHARS_PER_SECOND,
    SUPERVISOR_PID: String(process.pid),
  };
}

/** A path as one would type it here. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** An address to listen on as one to connect to. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function announce(what: string): void {
  console.log(`  ${what}`);
}

/** One line for each long step, with its time. A stop request is obeyed between steps. */
async function timed<T>(house: Household, name: string, step: () => Promise<T>): Promise<T> {
  house.stopping.throwIfAborted();
  const from = performance.now();
  const result = await step();
  house.stopping.throwIfAborted();
  announce(`${name.padEnd(20)} ${Math.round(performance.now() - from)} ms`);
  return result;
}

function main(): void {
  const [argument] = process.argv.slice(2);
  if (argument === '--help' || argument === '-h') {
    console.log(HELP);
    return;
  }
  if (argument !== undefined) {
    console.error(`Unknown argument ${argument}. See ./scripts/up --help`);
    process.exitCode = 1;
    return;
  }
  const over = Promise.withResolvers<void>();
  const house = createHousehold(over.promise);
  onStopRequest((why) => house.shutdown(0, why));
  startAll(house).then(over.resolve, (error: unknown) => {
    over.resolve();
    if (!house.stopping.aborted) console.error(explain(error));
    house.shutdown(1, 'the start failed');
  });
}

main();
