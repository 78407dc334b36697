import { Redis } from 'ioredis';
import postgres from 'postgres';
import { codeOf, StartFailure } from './failure.ts';

const CONNECT_SECONDS = 5;

/** Checks that the Postgres of a given URL takes queries; if not, says why in one sentence that holds no password. */
export async function checkPostgres(name: string, url: string): Promise<void> {
  const sql = connectOnce(name, url);
  try {
    await inTime(sql`select 1`);
  } catch (error) {
    throw new StartFailure(`${name}: Postgres at ${place(url, '5432')} ${reason(error, url)}.`);
  } finally {
    // Not waited for: it does not come back from an address that swallows packets.
    sql.end({ timeout: 1 }).catch(() => undefined);
  }
}

/** Under Bun the client's own limit does not end a connection attempt that gets no answer at all. */
async function inTime<T>(work: PromiseLike<T>): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error('no answer in time'), { code: 'CONNECT_TIMEOUT' });
    timer = setTimeout(() => reject(error), CONNECT_SECONDS * 1_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function connectOnce(name: string, url: string): postgres.Sql {
  try {
    return postgres(url, { max: 1, connect_timeout: CONNECT_SECONDS, onnotice: () => undefined });
  } catch {
    throw new StartFailure(`${name} is not a Postgres URL: postgres://user:password@host:port/database is expected.`);
  }
}

/** The same for Redis. */
export async function checkRedis(name: string, url: string): Promise<void> {
  let problem: unknown;
  const client = redisOnce(name, url);
  // The first error says why; the one that `connect` throws only says that the connection was closed.
  client.on('error', (error) => {
    problem ??= error;
  });
  try {
    await inTime(client.connect().then(() => client.ping()));
  } catch (error) {
    throw new StartFailure(`${name}: Redis at ${place(url, '6379')} ${reason(problem ?? error, url)}.`);
  } finally {
    client.disconnect();
  }
}

function redisOnce(name: string, url: string): Redis {
  try {
    return new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
  } catch {
    throw new StartFailure(`${name} is not a Redis URL: redis://user:password@host:port/number is expected.`);
  }
}

/** Host, port and database of a URL: what may be shown of it. */
export function place(url: string, defaultPort: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || defaultPort}${pathname === '/' ? '' : pathname}`;
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'is not running (connection refused)',
  ENOTFOUND: 'has a host name that cannot be resolved',
  EAI_AGAIN: 'has a host name that cannot be resolved',
  ECONNRESET: 'closes the connection: something else may listen there',
  CONNECT_TIMEOUT: 'does not answer',
  ETIMEDOUT: 'does not answer',
  '28P01': 'refuses the user name or password',
  '28000': 'refuses the user name or password',
  '3D000': 'has no such database',
};

function reason(error: unknown, url: string): string {
  const known = REASONS[codeOf(error)];
  if (known) return known;
  const message = error instanceof Error ? error.message : String(error);
  if (/WRONGPASS|NOAUTH/.test(message)) return 'refuses the user name or password';
  const { password } = new URL(url);
  const text = message.split('\n')[0] ?? '';
  return `cannot be used (${password ? text.replaceAll(password, '…') : text})`;
}
