import { expect, test } from 'bun:test';
import postgres from 'postgres';
import { migrateDatabase } from '../../src/db/migrate.ts';

test('twelve migrators at once, and once more: the same schema, no error', async () => {
  const adminUrl = process.env.TEST_DATABASE_URL as string;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  const name = `m_${crypto.randomUUID().replaceAll('-', '')}`;
  await admin.unsafe(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const tables = async () => {
    const sql = postgres(url.href, { max: 1 });
    const rows = await sql`select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema in ('public', 'graphile_worker') order by 1`;
    await sql.end();
    return rows.map((row) => row.name);
  };
  await Promise.all(Array.from({ length: 12 }, () => migrateDatabase(url.href)));
  const first = await tables();
  expect(first).toContain('public.users');
  expect(first).toContain('graphile_worker.jobs');
  await migrateDatabase(url.href);
  expect(await tables()).toEqual(first);
  await admin.unsafe(`drop database ${name} with (force)`);
  await admin.end();
}, 30_000);
