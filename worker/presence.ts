import { Client } from 'pg';
import type { Logger } from '../src/lib/log.ts';

/** The first key of every presence lock; the second is the hash of a pool's id. */
export const PRESENCE_CLASS = 7341;

const RETRY_MS = 250;
/** A session that broke without a word is found by asking. Under load an answer may take its time. */
const CHECK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
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
  const first = Promise.withResolvers<void>();
  const stop = Promise.withResolvers<void>();
  let released = false;

  const done = (async () => {
    while (!released) {
      const session = openSession(databaseUrl);
      try {
        await session.connect();
        await session.query('select pg_advisory_lock($1, hashtext($2))', [PRESENCE_CLASS, poolId]);
        first.resolve();
        const lost = await Promise.race([untilLost(session), stop.promise]);
        if (lost) log.warn('presence lost, showing it again', { pool: poolId, error: lost });
      } catch {
        // Postgres is away; what else goes wrong with it is told by those who need it.
      }
      // Not waited for: a session whose other end is gone may never say that it ended.
      session.end().catch(() => undefined);
      await Promise.race([Bun.sleep(RETRY_MS), stop.promise]);
    }
  })();
  return {
    ready: first.promise,
    async release() {
      released = true;
      stop.resolve();
      await done;
    },
  };
}

function openSession(databaseUrl: string): Client {
  const session = new Client({
    connectionString: databaseUrl,
    application_name: 'fabula-presence',
    options: KEEPALIVE,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: ANSWER_WITHIN_MS,
  });
  // From the start: an error that nobody hears would end the process.
  session.on('error', () => undefined);
  return session;
}

/** Resolves with the reason when the session has broken, also when only its silence tells. */
async function untilLost(session: Client): Promise<Error> {
  const lost = Promise.withResolvers<Error>();
  session.on('error', lost.resolve);
  session.on('end', () => lost.resolve(new Error('The session ended')));
  const check = setInterval(() => session.query('select 1').catch(lost.resolve), CHECK_EVERY_MS);
  try {
    return await lost.promise;
  } finally {
    clearInterval(check);
  }
}
