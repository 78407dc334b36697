import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endPostgresLeftover, startPostgres } from './postgres.ts';
import { commandLine } from './process.ts';
import { endRedisLeftover, startRedis } from './redis.ts';
import type { Server } from './server.ts';

const PREFIX = 'fabula-test-';
const OWNER = 'owner.pid';

/** A folder for servers whose data nobody will miss. */
export type Throwaway = {
  folder: string;
  startPostgres(): Promise<Server>;
  startRedis(): Promise<Server>;
  /** Stops what was started and removes the folder. May be called again. */
  end(): Promise<void>;
};

/** Makes the folder, and clears away those of runs that were killed. */
export async function createThrowaway(): Promise<Throwaway> {
  await clearAbandoned();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  // Postgres may run as another user, who has to pass through.
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, OWNER), String(process.pid));
  const starting: Promise<Server>[] = [];
  const add = (server: Promise<Server>) => {
    starting.push(server);
    return server;
  };
  return {
    folder,
    startPostgres: () =>
      add(startPostgres({ ...postgresFiles(folder), database: 'postgres', durable: false, maxConnections: 500 })),
    startRedis: () =>
      add(
        startRedis({
          dataDir: join(folder, 'redis'),
          log: join(folder, 'redis.log'),
          databases: 512,
          announce: console.log,
        }),
      ),
    async end() {
      const servers = await Promise.allSettled(starting);
      await Promise.all(servers.map((server) => server.status === 'fulfilled' && server.value.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function postgresFiles(folder: string): { dataDir: string; log: string } {
  return { dataDir: join(folder, 'postgres'), log: join(folder, 'postgres.log') };
}

async function clearAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    try {
      if (commandLine(Number(readFileSync(join(folder, OWNER), 'utf8'))) !== '') continue;
      await Promise.all([endPostgresLeftover(join(folder, 'postgres')), endRedisLeftover(join(folder, 'redis'))]);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or one that is being made at this moment.
    }
  }
}
