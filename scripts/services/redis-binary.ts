import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartFailure } from './failure.ts';
import { which } from './process.ts';

/** A redis-server (or valkey-server), and the folders of the libraries it needs when it was unpacked by us. */
export type RedisBinary = { program: string; libraries: string; how: string };

/** Tells a waiting person what takes so long. */
export type Announce = (what: string) => void;

/** The cache that `up` and the tests share unless told otherwise. */
export const DEFAULT_CACHE = join(import.meta.dir, '../../.data/cache');

/** A server of this machine, else the distribution's package, unpacked into the cache without touching the system. */
export async function findRedis(cacheDir: string = DEFAULT_CACHE, announce?: Announce): Promise<RedisBinary> {
  const installed = which('redis-server') ?? which('valkey-server');
  if (installed) return { program: installed, libraries: '', how: installed };
  const folder = join(cacheDir, 'redis');
  const known = unpacked(folder);
  if (known) return known;
  announce?.(`Redis is fetched, once, into ${folder} …`);
  const problem = await unpack(folder);
  const binary = unpacked(folder);
  if (binary) return binary;
  throw new StartFailure(`There is no Redis on this machine. Set REDIS_URL, or install it: ${installHint()}`, problem);
}

function unpacked(folder: string): RedisBinary | undefined {
  const program = join(folder, 'usr/bin/redis-server');
  if (!existsSync(program)) return undefined;
  const libraries = libraryFolders(folder).join(':');
  const answer = spawnSync(program, ['--version'], { env: { ...process.env, LD_LIBRARY_PATH: libraries } });
  return answer.status === 0 ? { program, libraries, how: 'unpacked package' } : undefined;
}

function libraryFolders(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [...new Set(files.filter((file) => /\.so(\.|$)/.test(file)).map((file) => join(folder, dirname(file))))];
}

/** Downloads and unpacks redis-server with what the machine lacks for it. Returns why it could not, line by line. */
async function unpack(folder: string): Promise<string[]> {
  if (process.platform !== 'linux' || !which('apt-get') || !which('dpkg-deb')) return [];
  const work = `${folder}.${process.pid}`;
  try {
    // The system's package lists save the download of our own, but may be missing or too old.
    const problem = (await unpackWith(work, false)) && (await unpackWith(work, true));
    // Another start may have been quicker.
    if (problem || unpacked(folder)) return problem ?? [];
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'root'), folder);
    return [];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Unpacks into `work`/root. Undefined when all went well. */
async function unpackWith(work: string, ownLists: boolean): Promise<string[] | undefined> {
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'debs', 'root'])
    mkdirSync(join(work, name), { recursive: true });
  const options = Object.entries(aptOptions(work, ownLists)).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = ['apt-get', '-q', ...options];
  const update = ownLists ? await run([...apt, 'update'], work) : undefined;
  // A simulated installation names the package and just those libraries that are not installed.
  const plan = await run([...apt, '--simulate', 'install', '--no-install-recommends', 'redis-server'], work);
  const packages = plan.lines.flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? []);
  // One bad source among several fails the update, and the others may do; so it is judged by what came of it.
  if (packages.length === 0) return update?.ok === false ? update.lines : plan.lines;
  const download = await run([...apt, 'download', ...packages], join(work, 'debs'));
  if (!download.ok) return download.lines;
  for (const file of readdirSync(join(work, 'debs'))) {
    const extract = await run(['dpkg-deb', '--extract', join(work, 'debs', file), join(work, 'root')], work);
    if (!extract.ok) return extract.lines;
  }
  return undefined;
}

function aptOptions(work: string, ownLists: boolean): Record<string, string> {
  return {
    ...(ownLists ? { 'Dir::State': join(work, 'state'), 'Dir::State::status': '/var/lib/dpkg/status' } : {}),
    'Dir::Cache': join(work, 'cache'),
    // Root's apt would hand the download to a user who cannot write here.
    'APT::Sandbox::User': '',
    'Debug::NoLocking': '1',
  };
}

async function run(command: string[], cwd: string): Promise<{ ok: boolean; lines: string[] }> {
  // Bound to end: a mirror that does not answer must not hold up the start for ever.
  const child = Bun.spawn(command, { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', timeout: 120_000 });
  const [code, out, complaint] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  const lines = (code === 0 ? out : complaint || out).trim().split('\n');
  return { ok: code === 0, lines: code === 0 ? lines : lines.slice(-5) };
}

function installHint(): string {
  if (process.platform === 'darwin') return 'brew install redis';
  if (process.platform !== 'linux') return 'use WSL, where it comes with the packages';
  if (which('apt-get')) return 'apt-get install redis-server';
  if (which('dnf')) return 'dnf install valkey';
  if (which('pacman')) return 'pacman -S valkey';
  if (which('apk')) return 'apk add redis';
  return 'from your distribution, package redis or valkey';
}
