import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { startPostgres } from '../../scripts/services/postgres.ts';
import { commandLine } from '../../scripts/services/process.ts';
import { startRedis } from '../../scripts/services/redis.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fabula-services-'));
  chmodSync(folder, 0o711);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function query<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

test('Postgres that is killed and started again on its port and folder has all that it acknowledged', async () => {
  const options = { dataDir: join(folder, 'postgres'), log: join(folder, 'postgres.log'), durable: false };
  const first = await startPostgres(options);
  try {
    await query(first.url, async (sql) => {
      await sql`create table kept (text text)`;
      await sql`insert into kept values ('가나다')`;
    });
  } finally {
    await first.kill();
  }
  const second = await startPostgres({ ...options, port: first.port });
  try {
    expect(second.url).toBe(first.url);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url, (sql) => sql<{ text: string }[]>`select text from kept`)).toMatchObject([
      { text: '가나다' },
    ]);
    const [settings] = await query(second.url, (sql) => sql`select current_setting('listen_addresses') as addresses`);
    expect(settings).toMatchObject({ addresses: '127.0.0.1' });
  } finally {
    await second.stop();
  }
  expect(commandLine(second.pid)).toBe('');
});

test('Redis that is killed and started again has all that it acknowledged, and evicts nothing', async () => {
  const options = { dataDir: join(folder, 'redis'), log: join(folder, 'redis.log'), databases: 512 };
  const first = await startRedis(options);
  const client = new Redis(`${first.url}/511`, { retryStrategy: null });
  client.on('error', () => undefined);
  try {
    await client.set('kept', 'yes');
    expect(await client.config('GET', 'appendfsync')).toEqual(['appendfsync', 'always']);
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  } finally {
    client.disconnect();
    await first.kill();
  }
  const second = await startRedis({ ...options, port: first.port });
  const again = new Redis(`${second.url}/511`, { retryStrategy: null });
  try {
    expect(await again.get('kept')).toBe('yes');
  } finally {
    again.disconnect();
    await second.stop();
  }
});

test('a server that a killed run left behind is ended before its folder is used again', async () => {
  const options = { dataDir: join(folder, 'redis-left'), log: join(folder, 'redis-left.log') };
  const left = await startRedis(options);
  const next = await startRedis(options);
  try {
    expect(commandLine(left.pid)).toBe('');
    expect(await left.child.exited).toBe(0);
  } finally {
    await next.stop();
  }
});

test('a pid file whose number is a stranger by now harms nobody', async () => {
  const stranger = Bun.spawn(['sleep', '60']);
  const dataDir = join(folder, 'redis-stranger');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'server.pid'), `${stranger.pid}\n127.0.0.1:1\n`);
  const server = await startRedis({ dataDir, log: join(folder, 'redis-stranger.log') });
  try {
    expect(stranger.exitCode).toBeNull();
  } finally {
    stranger.kill('SIGKILL');
    await server.stop();
  }
});

test('a server that cannot start says why with the end of its log', async () => {
  const dataDir = join(folder, 'redis-broken');
  mkdirSync(join(dataDir, 'appendonlydir'), { recursive: true });
  writeFileSync(join(dataDir, 'appendonlydir/appendonly.aof.manifest'), 'not a manifest\n');
  const log = join(folder, 'redis-broken.log');
  const problem = await startRedis({ dataDir, log }).catch((error: unknown) => error);
  expect(problem).toMatchObject({
    name: 'StartFailure',
    message: expect.stringContaining('Redis did not start (code 1)'),
  });
  expect(readFileSync(log, 'utf8')).toContain('manifest');
});
