import { Redis } from 'ioredis';
import type { Logger } from '../lib/log.ts';
import { type Scripts, scriptSources } from './scripts.ts';

const COMMAND_TIMEOUT_MS = 2_000;

/** The connection commands go through, with every Lua script as a typed method. */
export type RedisCommands = Redis & Scripts;

export type RedisConnections = {
  commands: RedisCommands;
  /** Hears the pings of `stream-append.lua`; only `redis/stream` uses it. */
  subscriber: Redis;
  close(): Promise<void>;
};

/**
 * Opens the two connections of a process. A command is sent at most once: ioredis would by default send it again after a
 * lost connection, and a script that ran would run twice. While the server is away commands fail at once.
 */
export async function openRedis(url: string, log: Logger): Promise<RedisConnections> {
  const options = {
    lazyConnect: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 3_000,
    enableOfflineQueue: false,
    retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000),
  };
  const commands = new Redis(url, { ...options, enableAutoPipelining: true, scripts: scriptSources }) as RedisCommands;
  // Subscriptions are made again after a reconnect, so this one may queue.
  const subscriber = new Redis(url, {
    ...options,
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
  });
  for (const [name, connection] of Object.entries({ commands, subscriber })) {
    let down = false;
    connection.on('error', (error) => {
      if (!down) log.warn('redis connection lost', { connection: name, error });
      down = true;
    });
    connection.on('ready', () => {
      if (down) log.info('redis connection back', { connection: name });
      down = false;
    });
  }
  // A server that is away at the start is no reason to stop: /ready tells, and the connection comes by itself.
  await Promise.all([commands.connect().catch(() => undefined), subscriber.connect().catch(() => undefined)]);
  return {
    commands,
    subscriber,
    async close() {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

/** True when an error says that Redis is away, not that the command was wrong. */
export function isRedisDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    /Connection is closed|enableOfflineQueue|Command timed out|ECONNREFUSED|ECONNRESET|Socket closed|LOADING|isn't writeable/i.test(
      error.message,
    )
  );
}
