import { join } from 'node:path';
import type { Config } from './config.ts';
import { type Database, openDatabase } from './db/client.ts';
import { type FileStore, openDiskStore } from './files/store.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { createTokenSigner, type TokenSigner } from './lib/jwt.ts';
import { createLogger, type Logger } from './lib/log.ts';
import { type Meters, openMeters } from './lib/meters.ts';
import { type Llm, openLlm } from './llm/gateway.ts';
import { type Mailer, openMailer } from './mail/mailer.ts';
import { openRedis, type RedisConnections } from './redis/client.ts';

/** Everything a service may use. It is passed by hand; nothing is ambient. */
export type Ctx = {
  readonly config: Config;
  readonly db: Database;
  readonly redis: RedisConnections;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meters: Meters;
  readonly llm: Llm;
  readonly mail: Mailer;
  readonly tokens: TokenSigner;
  /** Requests of ours to others; a test may answer them itself. */
  readonly fetch: OutgoingFetch;
  readonly files: FileStore;
  /** Aborted when the process is asked to stop: readers of streams leave, nothing new is started. */
  readonly stopping: AbortSignal;
  /** Work that goes on after its request (stories being written); closing waits for it. */
  readonly background: Set<Promise<void>>;
};

export type OutgoingFetch = (url: string, init: BunFetchRequestInit) => Promise<Response>;

type Overrides = Partial<Pick<Ctx, 'clock' | 'log' | 'llm' | 'mail' | 'fetch' | 'stopping'>>;

/** Opens all connections. Neither Postgres nor Redis has to be up yet. */
export async function openContext(config: Config, overrides: Overrides = {}): Promise<Ctx> {
  const log = overrides.log ?? createLogger(config.logLevel);
  const clock = overrides.clock ?? systemClock;
  const db = openDatabase(config.databaseUrl, config.databasePoolSize);
  return {
    config,
    db,
    redis: await openRedis(config.redisUrl, log),
    clock,
    log,
    meters: openMeters(),
    llm: overrides.llm ?? openLlm(config.llm, log),
    mail: overrides.mail ?? openMailer(config.mail, db.pool, clock),
    tokens: createTokenSigner(config.auth.jwtSecret, clock),
    fetch: overrides.fetch ?? fetch,
    files: openDiskStore(join(config.dataDir, 'files')),
    stopping: overrides.stopping ?? new AbortController().signal,
    background: new Set(),
  };
}

/** Closes what `openContext` opened. Background work must have ended. */
export async function closeContext(ctx: Ctx): Promise<void> {
  ctx.meters.close();
  await Promise.all([ctx.db.close(), ctx.redis.close()]);
}
