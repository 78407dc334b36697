import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StartFailure } from './failure.ts';

/** The user a server runs as; empty: ours. */
export type RunAs = { uid?: number; gid?: number };

/** Where root keeps what must be readable without root: the second is for systems whose /var/lib is read-only. */
const SHARED_FOLDERS = ['/var/lib/fabula', '/var/tmp/fabula'];

/**
 * Postgres refuses to run as root, so root runs it as the owner of its data, `nobody` at first. An ordinary user runs it
 * as himself.
 */
export function postgresUser(dataDir: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  return nobody();
}

function nobody(): RunAs {
  const users = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : '';
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(users);
  return { uid: Number(line?.[1] ?? 65_534), gid: Number(line?.[2] ?? 65_534) };
}

/** The data folder's real path, made if need be, owned by the server's user and within its reach. */
export function placeData(dataDir: string, user: RunAs): string {
  mkdirSync(dirname(dataDir), { recursive: true });
  if (!exists(dataDir)) {
    if (reaches(dirname(dataDir), user)) mkdirSync(dataDir, { mode: 0o700 });
    else symlinkSync(outside(basename(dataDir)), dataDir);
    if (user.uid !== undefined && user.gid !== undefined) chownSync(dataDir, user.uid, user.gid);
  }
  if (!existsSync(dataDir))
    throw new StartFailure(`${dataDir} points to a folder that is gone. Remove it to start anew.`);
  const place = realpathSync(dataDir);
  if (reaches(place, user)) return place;
  throw new StartFailure(`Postgres cannot reach ${place}: it belongs to another user, or a folder above it is closed.`);
}

/** The binaries' folder, copied to where the server's user can run them when they are out of its reach (under /root). */
export function placeBinaries(folder: string, user: RunAs): string {
  if (user.uid === undefined || reaches(join(folder, 'postgres'), user)) return folder;
  const source = dirname(folder);
  const version = Bun.hash(`${source} ${statSync(join(folder, 'postgres')).mtimeMs}`).toString(36);
  const copy = join(sharedFolder(), `postgres-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  return join(copy, basename(folder));
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether the user may enter or run it. Only a process of that user can tell. */
function reaches(path: string, user: RunAs): boolean {
  return spawnSync('test', ['-x', path], { ...user, cwd: '/' }).status === 0;
}

function outside(name: string): string {
  const folder = join(sharedFolder(), `${name}-${randomUUID().slice(0, 8)}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function sharedFolder(): string {
  for (const folder of SHARED_FOLDERS) {
    try {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, 0o755);
      return folder;
    } catch {
      // The next one.
    }
  }
  throw new StartFailure(
    'Postgres cannot run as root, and its files are out of reach for other users. Start as an ordinary user, or set DATABASE_URL.',
  );
}
