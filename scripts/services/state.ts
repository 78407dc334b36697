import { Database } from 'bun:sqlite';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf, StartFailure } from './failure.ts';

/** What other scripts need to reach the services of a running `up`: see `runningServices` in src/config.ts. */
export type RunningServices = { apiUrl: string; databaseUrl: string; redisUrl: string; pid: number };

const MAX_LOG_BYTES = 20 * 1_048_576;

/** The places inside a data folder. */
export function places(dataDir: string) {
  return {
    postgres: join(dataDir, 'postgres'),
    redis: join(dataDir, 'redis'),
    cache: join(dataDir, 'cache'),
    logs: join(dataDir, 'logs'),
    pids: join(dataDir, 'pids'),
    services: join(dataDir, 'services.json'),
    secrets: join(dataDir, 'secrets.json'),
    lock: join(dataDir, 'up.lock'),
    owner: join(dataDir, 'up.pid'),
  };
}

/** Makes the data folder and the small ones in it, or says in one sentence why it cannot be used. */
export function prepareDataDir(dataDir: string): void {
  if (existsSync(dataDir) && !statSync(dataDir).isDirectory())
    throw new StartFailure(`DATA_DIR ${dataDir} is a file, not a folder. Choose another DATA_DIR.`);
  const { logs, pids } = places(dataDir);
  try {
    for (const folder of [logs, pids]) mkdirSync(folder, { recursive: true });
    for (const folder of [dataDir, logs, pids]) accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartFailure(`DATA_DIR ${dataDir} cannot be written (${codeOf(error)}). Choose another DATA_DIR.`);
  }
}

/** Holds the data folder for this process until it ends, however it ends: the system lets go of the lock, not we. */
export function lockDataDir(dataDir: string): void {
  const { lock, owner } = places(dataDir);
  try {
    // SQLite's file lock is the one that works on every system without a package.
    const file = new Database(lock, { create: true });
    file.run('pragma busy_timeout = 0');
    file.run('begin exclusive');
    held.push(file);
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_BUSY')
      throw new StartFailure(`The lock ${lock} cannot be taken (${codeOf(error)}). Choose another DATA_DIR.`);
    const pid = existsSync(owner) ? readFileSync(owner, 'utf8').trim() : 'unknown';
    throw new StartFailure(
      `Another ./scripts/up (process ${pid}) runs on ${dataDir}. Stop it first, or start with another DATA_DIR and PORT.`,
    );
  }
  writeFileSync(owner, `${process.pid}\n`);
}

/** Keeps the lock's file open: a collected one would let go of it. */
const held: Database[] = [];

/** Tells the other scripts where the services are. Only the owner may read it: the addresses may hold passwords. */
export function writeServices(dataDir: string, services: RunningServices): void {
  replace(places(dataDir).services, services);
}

/** Takes back what `writeServices` told. */
export function removeServices(dataDir: string): void {
  rmSync(places(dataDir).services, { force: true });
}

/** The secret that signs the tokens of this data folder: made once, so that a restart signs nobody out. */
export function jwtSecret(dataDir: string): string {
  const { secrets } = places(dataDir);
  if (existsSync(secrets)) {
    const known = readSecret(secrets);
    if (known) return known;
    throw new StartFailure(`${secrets} is damaged. Remove it to get a new secret (everyone has to sign in again).`);
  }
  const secret = randomBytes(32).toString('base64url');
  replace(secrets, { jwtSecretKey: secret });
  return secret;
}

function readSecret(file: string): string | undefined {
  try {
    const { jwtSecretKey } = JSON.parse(readFileSync(file, 'utf8')) as { jwtSecretKey?: unknown };
    return typeof jwtSecretKey === 'string' && jwtSecretKey.length >= 32 ? jwtSecretKey : undefined;
  } catch {
    return undefined;
  }
}

/** Writes beside and moves over, so that a reader never sees half a file. */
function replace(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The log file of a process. One that has grown large is set aside first, so that logs do not fill the disk. */
export function logFile(dataDir: string, name: string): string {
  const file = join(places(dataDir).logs, `${name}.log`);
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.old`);
  return file;
}
