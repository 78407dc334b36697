import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { until } from '../harness/until.ts';
import { living, newDataDir, processesOf, servicesOf, startUp, type Up } from './up-harness.ts';

const LIMIT_MS = 90_000;

/** Runs an `up` that is expected to refuse, and returns what it said. */
async function refusal(env: Record<string, string>, args: string[] = []): Promise<string> {
  const up = startUp(env, args);
  expect(await up.exited).toBe(1);
  const said = up.output().trim();
  // A person reads this: no trace, and a second line only for a log.
  expect(said).not.toMatch(/\n\s+at /);
  return said;
}

describe('one command', () => {
  let dataDir: string;
  let up: Up;

  beforeAll(async () => {
    dataDir = newDataDir();
    up = startUp({ DATA_DIR: dataDir });
    await up.ready();
  }, LIMIT_MS);

  afterAll(async () => {
    up.kill('SIGKILL');
    await up.exited;
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('is one process, and tells other scripts where everything is', async () => {
    const services = servicesOf(dataDir);
    expect(services.pid).toBe(up.pid);
    expect((await fetch(`${services.apiUrl}/ready`)).status).toBe(200);
    expect(living(processesOf(dataDir))).toEqual(['postgres', 'redis', 'api', 'worker']);
    expect(statSync(join(dataDir, 'services.json')).mode & 0o077).toBe(0);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o077).toBe(0);
    expect(up.output()).toContain('demo@fabula.example / Demo1234');
  });

  test('a second one on the same folder is refused and does the first no harm', async () => {
    const said = await refusal({ DATA_DIR: dataDir });
    expect(said).toStartWith(`Another ./scripts/up (process ${up.pid}) runs on`);
    expect(said).not.toContain('\n');
    expect(servicesOf(dataDir).pid).toBe(up.pid);
  });

  test('a taken port is noticed before anything is started', async () => {
    const other = newDataDir();
    const port = new URL(servicesOf(dataDir).apiUrl).port;
    const said = await refusal({ DATA_DIR: other, PORT: port });
    expect(said).toStartWith(`Port ${port} is taken`);
    expect(said).not.toContain('\n');
    expect(existsSync(join(other, 'postgres'))).toBe(false);
    rmSync(other, { recursive: true });
  });

  test(
    'SIGTERM leaves no process and a next start finds the data; so does kill -9',
    async () => {
      await write(dataDir, 'first');
      const stopped = processesOf(dataDir);
      up.kill('SIGTERM');
      // A second signal, as a terminal and a wrapper would send together, changes nothing.
      up.kill('SIGINT');
      expect(await up.exited).toBe(0);
      expect(living(stopped)).toEqual([]);
      expect(existsSync(join(dataDir, 'services.json'))).toBe(false);

      up = startUp({ DATA_DIR: dataDir });
      await up.ready();
      expect(await read(dataDir)).toEqual(['first', 'first']);
      await write(dataDir, 'second');
      const left = processesOf(dataDir);
      up.kill('SIGKILL');
      await up.exited;
      expect(living(left)).toContain('postgres');

      up = startUp({ DATA_DIR: dataDir });
      await up.ready();
      expect(living(left)).toEqual([]);
      expect(await read(dataDir)).toEqual(['second', 'second']);
    },
    LIMIT_MS,
  );

  test(
    'a part that dies takes the rest along, with its reason',
    async () => {
      const parts = processesOf(dataDir);
      process.kill(parts.worker ?? 0, 'SIGKILL');
      expect(await up.exited).toBe(1);
      expect(up.output()).toContain('The worker ended (signal SIGKILL)');
      expect(living(parts)).toEqual([]);
    },
    LIMIT_MS,
  );
});

test(
  'asked to stop in the middle of its start, it leaves nothing',
  async () => {
    const dataDir = newDataDir();
    const up = startUp({ DATA_DIR: dataDir });
    await until(() => existsSync(join(dataDir, 'postgres/cluster/postmaster.pid')), { timeoutMs: 30_000 });
    const parts = processesOf(dataDir);
    up.kill('SIGTERM');
    expect(await up.exited).toBe(0);
    expect(living({ ...parts, ...processesOf(dataDir) })).toEqual([]);
    rmSync(dataDir, { recursive: true });
  },
  LIMIT_MS,
);

describe('what is given wrongly is told in one sentence', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = newDataDir();
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  test.each([
    [
      'a Postgres that is not there',
      { DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/x' },
      /Postgres at 127\.0\.0\.1:1\/x is not running/,
    ],
    [
      'a Redis that is not there',
      { REDIS_URL: 'redis://:hidden@127.0.0.1:1' },
      /Redis at 127\.0\.0\.1:1 is not running/,
    ],
    [
      'a host without a name',
      { DATABASE_URL: 'postgres://me:hidden@no-such-host.invalid/x' },
      /host name|does not answer/,
    ],
    [
      'another scheme',
      { DATABASE_URL: 'mysql://me:hidden@127.0.0.1/x' },
      /^DATABASE_URL must be a URL that begins with postgres/,
    ],
    ['no URL at all', { REDIS_URL: 'hidden' }, /^REDIS_URL must be a URL that begins with redis/],
    [
      'a URL that cannot be read',
      { DATABASE_URL: 'postgres://me:hidden%zz@127.0.0.1/x' },
      /^DATABASE_URL is not a Postgres URL/,
    ],
    ['a port that is none', { PORT: 'hidden' }, /PORT/],
    ['an address that is not ours', { HOST: '203.0.113.7' }, /^The API cannot listen on 203\.0\.113\.7/],
    ['production with its secrets missing', { NODE_ENV: 'production' }, /^Not fit for production/],
  ])('%s', async (_name, env: Record<string, string>, sentence) => {
    const said = await refusal({ DATA_DIR: dataDir, ...env });
    expect(said).toMatch(sentence);
    expect(said).not.toContain('hidden');
    expect(said).not.toContain('\n');
    expect(readdirSync(dataDir)).not.toContain('postgres');
  });

  test('an argument that is none', async () => {
    expect(await refusal({ DATA_DIR: dataDir }, ['--prot=1'])).toStartWith('Unknown argument --prot=1');
  });

  test('a data folder that is a file', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    expect(await refusal({ DATA_DIR: file })).toContain('is a file, not a folder');
    expect(await refusal({ DATA_DIR: join(file, 'below') })).toContain('cannot be written (ENOTDIR)');
  });

  test('Postgres data that is damaged or of another version', async () => {
    const cluster = join(dataDir, 'postgres/cluster');
    mkdirSync(cluster, { recursive: true });
    writeFileSync(join(cluster, 'PG_VERSION'), '\0\0');
    expect(await refusal({ DATA_DIR: dataDir })).toContain('is damaged (PG_VERSION)');
    writeFileSync(join(cluster, 'PG_VERSION'), '9\n');
    expect(await refusal({ DATA_DIR: dataDir })).toContain('was written by PostgreSQL 9, but this machine has');
  });
});

test('--help says what there is, and starts nothing', async () => {
  const up = startUp({}, ['--help']);
  expect(await up.exited).toBe(0);
  for (const word of ['PORT', 'DATA_DIR', 'DATABASE_URL', 'REDIS_URL']) expect(up.output()).toContain(word);
});

async function write(dataDir: string, value: string): Promise<void> {
  const { sql, redis, close } = connect(dataDir);
  await sql`create table if not exists kept (value text)`;
  await sql`insert into kept values (${value})`;
  await redis.set('kept', value);
  await close();
}

async function read(dataDir: string): Promise<(string | null | undefined)[]> {
  const { sql, redis, close } = connect(dataDir);
  const rows = await sql<{ value: string }[]>`select value from kept`;
  const values = [rows.at(-1)?.value, await redis.get('kept')];
  await close();
  return values;
}

function connect(dataDir: string) {
  const { databaseUrl, redisUrl } = servicesOf(dataDir);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const redis = new Redis(redisUrl);
  const close = async () => {
    await sql.end();
    redis.disconnect();
  };
  return { sql, redis, close };
}
