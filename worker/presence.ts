import { Client } from 'pg';
import type { Logger } from '../src/lib/log.ts';

/** The first key of every presence lock; the second is the hash of a pool's id. */
export const PRESENCE_CLASS = 7341;

const RETRY_MS = 250;
/** A host that vanishes without a word is noticed by the server after about ten seconds. */
const KEEPALIVE = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3';

export type Presence = {
  /** Resolves when the lock is held for the first time. */
  ready: Promise<void>;
  release(): Promise<void>;
};

/**
 * Shows that the holder of `poolId` is alive: a session of its own holds an advisory lock, which Postgres gives up the
 * moment the process is gone, however it went. A session that breaks is opened again at once.
 */
export function showPresence(databaseUrl: string, poolId: string, log: Logger): Presence {
  let released = false;
  let session: Client | undefined;
  let wake: (() => void) | undefined;
  const first = Promise.withResolvers<void>();

  const hold = async () => {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: 'fabula-presence',
      options: KEEPALIVE,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    const lost = new Promise<unknown>((resolve) => {
      client.on('error', resolve);
      client.on('end', () => resolve(undefined));
    });
    session = client;
    try {
      await client.connect();
      await client.query('select pg_advisory_lock($1, hashtext($2))', [PRESENCE_CLASS, poolId]);
      first.resolve();
      const error = await lost;
      if (!released) log.warn('presence lost, showing it again', { pool: poolId, error });
    } finally {
      // A session that half opened must not keep the lock's place in the queue.
      client.end().catch(() => undefined);
    }
  };
  const done = (async () => {
    while (!released) {
      await hold().catch(() => undefined);
      if (!released)
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, RETRY_MS);
        });
    }
  })();
  return {
    ready: first.promise,
    async release() {
      released = true;
      wake?.();
      await session?.end().catch(() => undefined);
      await done;
    },
  };
}
