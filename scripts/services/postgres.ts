import { chownSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { lastLines, logSize, StartFailure } from './failure.ts';
import { findPostgres } from './postgres-binaries.ts';
import { placeBinaries, placeData, postgresUser, type RunAs } from './postgres-place.ts';
import {
  accepts,
  type Child,
  comesUp,
  commandLine,
  ending,
  endProcess,
  freePort,
  spawnService,
  stopChild,
} from './process.ts';
import type { Server } from './server.ts';

export type PostgresOptions = {
  dataDir: string;
  /** The file that the server's log is appended to. */
  log: string;
  /** A free one when not given. */
  port?: number;
  /** False: nothing is synced to disk, for throwaway data. A killed server loses nothing even so; a lost machine would. */
  durable?: boolean;
  /** Created when it does not exist. */
  database?: string;
  maxConnections?: number;
};

const STOP_MS = 15_000;
/** Recovery after a crash reads back what was written since the last checkpoint. */
const READY_MS = 60_000;
const CONNECT_SECONDS = 5;
/** A killed server's sessions end a moment after it; until then its memory segment is in use. */
const STILL_ENDING = 'pre-existing shared memory block';
const RETRY_MS = 100;

/** Starts Postgres on a data folder, which is initialised at first. The same folder can be started again later. */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const { database = 'fabula' } = options;
  const user = postgresUser(options.dataDir);
  const place = placeData(options.dataDir, user);
  const cluster = join(place, 'cluster');
  const binaries = findPostgres(writtenBy(cluster));
  const folder = placeBinaries(binaries.folder, user);
  if (existsSync(cluster)) await endEarlier(cluster);
  else await initialise(folder, place, user, options.durable ?? true);

  const port = options.port ?? (await freePort());
  const child = await launch([join(folder, 'postgres'), ...serverFlags(cluster, port, options)], options.log, port, {
    ...user,
    cwd: cluster,
  });
  try {
    await createDatabase(child, port, database);
  } catch (error) {
    await stopChild(child, 'SIGINT', STOP_MS);
    throw error;
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/${database}`,
    port,
    pid: child.pid,
    how: binaries.how,
    child,
    // SIGINT is Postgres' fast shutdown: open sessions are ended, the data folder is left clean.
    stop: () => stopChild(child, 'SIGINT', STOP_MS),
    kill: () => stopChild(child, 'SIGKILL', STOP_MS),
  };
}

/** The major version that wrote the cluster; undefined when there is none yet. */
function writtenBy(cluster: string): string | undefined {
  if (!existsSync(cluster)) return undefined;
  const file = join(cluster, 'PG_VERSION');
  const version = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (/^\d+$/.test(version)) return version;
  throw new StartFailure(
    `The Postgres data in ${cluster} is damaged (PG_VERSION). Restore it, or move it away to start anew.`,
  );
}

/** Ends the server that a killed run left on this data folder. */
export async function endPostgresLeftover(dataDir: string): Promise<void> {
  const place = join(dataDir, 'cluster');
  if (existsSync(place)) await endEarlier(realpathSync(place));
}

/** The earlier server would refuse us the folder, and so would a pid file whose number is a stranger's by now. */
async function endEarlier(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  await endProcess(pid, cluster, 'SIGINT', STOP_MS);
  if (commandLine(pid) !== '') rmSync(pidFile, { force: true });
}

/** Makes the cluster under another name first, so that an interrupted start leaves no half of one. */
async function initialise(folder: string, place: string, user: RunAs, durable: boolean): Promise<void> {
  const unfinished = join(place, 'unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(unfinished, user.uid, user.gid);
  // Under the plain C locale pg_trgm would see no Korean letters.
  const locale = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';
  const flags = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', `--locale=${locale}`, '--no-instructions'];
  const initdb = Bun.spawn([join(folder, 'initdb'), '-D', unfinished, ...flags, ...(durable ? [] : ['--no-sync'])], {
    ...user,
    cwd: unfinished,
    detached: true,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [code, complaint] = await Promise.all([initdb.exited, initdb.stderr.text()]);
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new StartFailure(`Postgres could not initialise ${place}.`, complaint.trim().split('\n').slice(-5));
  }
  renameSync(unfinished, join(place, 'cluster'));
}

function serverFlags(
  cluster: string,
  port: number,
  { durable = true, maxConnections = 200 }: PostgresOptions,
): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    // synchronous_commit stays on in both: what was acknowledged is with the kernel and outlives a killed server.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', cluster, '-p', String(port), ...flags];
}

async function launch(command: string[], log: string, port: number, as: RunAs & { cwd: string }): Promise<Child> {
  const end = performance.now() + READY_MS;
  for (;;) {
    const before = logSize(log);
    const child = spawnService(command, log, as);
    if (await comesUp(child, () => accepts(port), end - performance.now())) return child;
    await stopChild(child, 'SIGINT', STOP_MS);
    const lines = lastLines(log, before);
    const retry = lines.some((line) => line.includes(STILL_ENDING)) && performance.now() < end;
    if (!retry) throw new StartFailure(`Postgres did not start (${ending(child)}). Its log, ${log}, ends:`, lines);
    await Bun.sleep(RETRY_MS);
  }
}

/** Waits until the server takes queries, too: while it recovers it answers every session with an error. */
async function createDatabase(child: Child, port: number, name: string): Promise<void> {
  let problem: unknown;
  const ready = await comesUp(
    child,
    async () => {
      // A new client each time: one that failed waits longer and longer before it tries again.
      const options = {
        host: '127.0.0.1',
        port,
        user: 'postgres',
        database: 'postgres',
        max: 1,
        onnotice: () => undefined,
      };
      const sql = postgres({ ...options, connect_timeout: CONNECT_SECONDS });
      try {
        const [known] = await sql`select 1 from pg_database where datname = ${name}`;
        if (!known) await sql`create database ${sql(name)}`;
        return true;
      } catch (error) {
        problem = error;
        return false;
      } finally {
        await sql.end({ timeout: 1 });
      }
    },
    READY_MS,
  );
  if (!ready)
    throw new StartFailure(
      `Postgres started but takes no queries: ${problem instanceof Error ? problem.message : problem}`,
    );
}
