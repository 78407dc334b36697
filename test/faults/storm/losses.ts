import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../../../scripts/services/redis.ts';
import type { House } from './house.ts';
import type { Random } from './random.ts';

const OUTBOX = 'points:{0}:outbox';

/** Ways in which Redis loses data. Each returns the tx ids that were in the journal at that moment: what may be lost. */
export const LOSSES = { flush, wipe, cut } as const;
export type Loss = keyof typeof LOSSES;

const txIds = (entries: [string, string[]][]) => entries.map(([, fields]) => fields[fields.indexOf('t') + 1] as string);

async function flush(house: House): Promise<string[]> {
  const redis = new Redis(house.redisUrl);
  try {
    const answers = await redis.multi().xrange(OUTBOX, '-', '+').flushall().exec();
    return txIds(answers?.[0]?.[1] as [string, string[]][]);
  } finally {
    redis.disconnect();
  }
}

async function wipe(house: House): Promise<string[]> {
  await house.kill('redis');
  const backlog = await backlogIn(house.redisDir);
  rmSync(join(house.redisDir, 'appendonlydir'), { recursive: true, force: true });
  await house.revive('redis');
  return backlog;
}

/** Takes 1 to 64 KB off the end of the journal file: what a power cut leaves of it. */
async function cut(house: House, random: Random): Promise<string[]> {
  await house.kill('redis');
  const backlog = await backlogIn(house.redisDir);
  const folder = join(house.redisDir, 'appendonlydir');
  const file = readdirSync(folder).find((name) => name.endsWith('.incr.aof'));
  if (file) {
    const path = join(folder, file);
    truncateSync(path, Math.max(0, statSync(path).size - random.int(1_024, 65_536)));
  }
  await house.revive('redis');
  return backlog;
}

/** What a killed server had in its journal, read by another one from a copy. */
async function backlogIn(dataDir: string): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), 'fabula-storm-copy-'));
  try {
    cpSync(join(dataDir, 'appendonlydir'), join(copy, 'appendonlydir'), { recursive: true });
    const server = await startRedis({ dataDir: copy, log: join(copy, 'redis.log') });
    const redis = new Redis(server.url);
    try {
      return txIds((await redis.xrange(OUTBOX, '-', '+')) as [string, string[]][]);
    } finally {
      redis.disconnect();
      await server.kill();
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
