import { Redis } from 'ioredis';
import postgres from 'postgres';

export type Stores = { databaseUrl: string; redisUrl: string; drop(): Promise<void> };

const LOGICAL_DATABASES = 512;

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests through ./scripts/test [file …]`);
  return value;
}

/** A database of its own, cloned from the migrated template, and a Redis database of its own. */
export async function createStores(): Promise<Stores> {
  const adminUrl = required('TEST_DATABASE_URL');
  const name = `t_${crypto.randomUUID().replaceAll('-', '')}`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`create database ${name} template ${required('TEST_TEMPLATE_DATABASE')}`);
  const databaseUrl = new URL(adminUrl);
  databaseUrl.pathname = `/${name}`;

  const redisUrl = new URL(required('TEST_REDIS_URL'));
  const counter = new Redis(redisUrl.href);
  // Database 0 only counts; after 511 worlds the first ones are long gone.
  const number = 1 + ((await counter.incr('test:databases')) % (LOGICAL_DATABASES - 1));
  await counter.select(number);
  await counter.flushdb();
  counter.disconnect();
  redisUrl.pathname = `/${number}`;

  return {
    databaseUrl: databaseUrl.href,
    redisUrl: redisUrl.href,
    async drop() {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
