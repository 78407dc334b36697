import { loadConfig } from '../../src/config.ts';
import { type Ctx, closeContext, type OutgoingFetch, openContext } from '../../src/context.ts';
import { createFetch, type Fetch } from '../../src/fetch.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { type Client, createClient } from './client.ts';
import { createStores, type Stores } from './stores.ts';

/** A clock that a test moves; it runs on from there. */
export type TestClock = Clock & { advance(seconds: number): void };

export type World = {
  ctx: Ctx;
  stores: Stores;
  clock: TestClock;
  /** Lines the API logged, parsed. */
  logs: Record<string, unknown>[];
  /** Calls the API in this process, through the same handler that listens in production. */
  client: Client;
  /** A second instance over the same stores. */
  secondInstance(): Promise<{ ctx: Ctx; client: Client }>;
  close(): Promise<void>;
};

type Options = { env?: Record<string, string>; overrides?: Parameters<typeof openContext>[1]; stores?: Stores };

function testClock(): TestClock {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    advance(seconds) {
      offsetMs += seconds * 1_000;
    },
  };
}

/** A whole API over stores of its own. Rates are off unless the test asks for them. */
export async function createWorld({ env = {}, overrides = {}, stores: given }: Options = {}): Promise<World> {
  const stores = given ?? (await createStores());
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    DATABASE_POOL_SIZE: '4',
    RATE_LIMIT_SCALE: '0',
    ...env,
  });
  const clock = testClock();
  const logs: Record<string, unknown>[] = [];
  const log = createLogger('info', {}, (line) => logs.push(JSON.parse(line)));
  const stopping = new AbortController();
  const opened: Ctx[] = [];
  const open = async () => {
    // Nothing listens: what the API sends to its own address is answered in this process.
    let handle: Fetch | undefined;
    const toItself: OutgoingFetch = (url, init) =>
      handle && url.startsWith(config.publicBaseUrl) ? handle(new Request(url, init)) : fetch(url, init);
    const ctx = await openContext(config, { clock, log, stopping: stopping.signal, fetch: toItself, ...overrides });
    handle = createFetch(ctx);
    opened.push(ctx);
    return { ctx, client: createClient(handle) };
  };
  const { ctx, client } = await open();
  return {
    ctx,
    stores,
    clock,
    logs,
    client,
    secondInstance: open,
    async close() {
      stopping.abort();
      await Promise.all(opened.flatMap((each) => [...each.background]));
      await Promise.all(opened.map(closeContext));
      await stores.drop();
    },
  };
}
