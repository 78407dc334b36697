import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import type { AppError } from '../../src/lib/errors.ts';
import { createLogger } from '../../src/lib/log.ts';
import { isRedisDown, openRedis, type RedisConnections } from '../../src/redis/client.ts';
import { takeLease } from '../../src/redis/lease.ts';
import { clearBucket, spendToken } from '../../src/redis/limiter.ts';
import { limitPolicies } from '../../src/redis/limits.ts';
import { appendEvents, listen, parsePosition, readEvents, START } from '../../src/redis/stream.ts';
import { createStores, type Stores } from '../harness/stores.ts';
import { until } from '../harness/until.ts';

const silent = createLogger('silent');
let stores: Stores;
let redis: RedisConnections;
let second: RedisConnections;
beforeAll(async () => {
  stores = await createStores();
  [redis, second] = await Promise.all([openRedis(stores.redisUrl, silent), openRedis(stores.redisUrl, silent)]);
});
afterAll(async () => {
  await Promise.all([redis.close(), second.close()]);
  await stores.drop();
});

describe('limiter', () => {
  const statuses = async (count: number, subject: string, scale = 1) => {
    const results = await Promise.allSettled(
      Array.from({ length: count }, (_, i) =>
        spendToken({ redis: (i % 2 ? redis : second).commands, scale }, 'loginAccount', subject),
      ),
    );
    return results.map((result) => (result.status === 'fulfilled' ? 200 : (result.reason as AppError).status));
  };
  const { burst } = limitPolicies.loginAccount;

  test('the configured number is the enforced number, from two processes at once', async () => {
    const seen = await statuses(burst + 7, crypto.randomUUID());
    expect(seen.filter((status) => status === 200)).toHaveLength(burst);
    expect(seen.filter((status) => status === 429)).toHaveLength(7);
  });
  test('a scale multiplies it, 0 switches it off', async () => {
    expect((await statuses(burst * 2 + 1, crypto.randomUUID(), 2)).filter((status) => status === 429)).toHaveLength(1);
    expect(await statuses(burst + 5, crypto.randomUUID(), 0)).not.toContain(429);
  });
  test('says when to come back; clearing forgets', async () => {
    const subject = crypto.randomUUID();
    await statuses(burst, subject);
    const error = await spendToken({ redis: redis.commands, scale: 1 }, 'loginAccount', subject).catch(
      (caught: AppError) => caught,
    );
    const { retryAfterSeconds = 0 } = (error as AppError).options;
    expect(retryAfterSeconds).toBeGreaterThan(0);
    expect(retryAfterSeconds).toBeLessThanOrEqual(limitPolicies.loginAccount.windowSeconds / burst);
    await clearBucket({ redis: redis.commands, scale: 1 }, 'loginAccount', subject);
    expect(await statuses(1, subject)).toEqual([200]);
  });
  test('without Redis, logging in is refused and reading goes on', async () => {
    const away = await openRedis('redis://127.0.0.1:1', silent);
    const deps = { redis: away.commands, scale: 1 };
    expect(await spendToken(deps, 'loginAccount', 'x').catch((error: AppError) => error.code)).toBe('http.unavailable');
    expect(await spendToken(deps, 'read', 'x')).toBeUndefined();
    await away.close();
  });
});

describe('lease', () => {
  test('one holder of many who try at once; free again after its release', async () => {
    const key = crypto.randomUUID();
    const tries = await Promise.all(
      Array.from({ length: 20 }, (_, i) => takeLease((i % 2 ? redis : second).commands, key, { ttlMs: 5_000 })),
    );
    const held = tries.filter((lease) => lease !== undefined);
    expect(held).toHaveLength(1);
    await held[0]?.release();
    const next = await takeLease(second.commands, key, { ttlMs: 5_000 });
    expect(next).toBeDefined();
    await next?.release();
    expect(await redis.commands.exists(key)).toBe(0);
  });
  test('is renewed while it is held, and tells when somebody took it', async () => {
    const key = crypto.randomUUID();
    const lease = await takeLease(redis.commands, key, { ttlMs: 1_000 });
    const startedAt = performance.now();
    await until(async () => performance.now() - startedAt > 2_200 && (await redis.commands.exists(key)) === 1);
    expect(lease?.lost.aborted).toBe(false);
    await redis.commands.set(key, 'somebody else');
    await until(() => lease?.lost.aborted, { what: 'the loss' });
    await lease?.release();
    expect(await redis.commands.get(key)).toBe('somebody else');
  });
});

describe('stream', () => {
  const event = (id: string, data = '{}') => ({ id, event: 'episode', data });

  test('reads after a position, in order; an end ends it for every writer', async () => {
    const key = crypto.randomUUID();
    expect(await appendEvents(redis.commands, key, 60, [event('1-0'), event('2-5'), event('3-5')], false)).toBe(true);
    expect((await readEvents(redis.commands, key, START)).map(({ id }) => id)).toEqual(['1-0', '2-5', '3-5']);
    expect((await readEvents(redis.commands, key, { sequence: 2, offset: 5 })).map(({ id }) => id)).toEqual(['3-5']);
    // The answer to the first append was lost and it is sent again: nothing doubles.
    expect(await appendEvents(redis.commands, key, 60, [event('3-5'), event('4-9')], false)).toBe(true);
    expect(await appendEvents(redis.commands, key, 60, [event('5-9')], true)).toBe(true);
    expect(await appendEvents(second.commands, key, 60, [event('6-9')], false)).toBe(false);
    const all = await readEvents(redis.commands, key, START);
    expect(all.map(({ id, ends }) => [id, ends])).toEqual([
      ['1-0', false],
      ['2-5', false],
      ['3-5', false],
      ['4-9', false],
      ['5-9', true],
    ]);
    expect(await redis.commands.pttl(key)).toBeGreaterThan(0);
  });
  test('a reader of another process is woken by an append; leaving unsubscribes', async () => {
    const key = crypto.randomUUID();
    const reader = new AbortController();
    const pings = listen(second, key, reader.signal);
    await until(async () => ((await redis.commands.pubsub('NUMSUB', key)) as [string, number])[1] === 1);
    const startedAt = performance.now();
    await Promise.all([pings.next(), appendEvents(redis.commands, key, 60, [event('1-0')], false)]);
    expect(performance.now() - startedAt).toBeLessThan(900);
    pings.close();
    await until(async () => ((await redis.commands.pubsub('NUMSUB', key)) as [string, number])[1] === 0);
  });
  test.each([[null], [''], ['x'], ['1'], ['1-'], ['-1'], ['1-2-3'], ['99999999999-1'], ['1-2\n']])(
    '%p is no position',
    (text) => {
      expect(parsePosition(text)).toBeUndefined();
    },
  );
});

test('a command whose answer is lost is not sent a second time', async () => {
  const target = new URL(stores.redisUrl);
  let cut = false;
  const sockets: Socket[] = [];
  // A proxy that passes commands on and, once told to, drops the answer and the connection.
  const proxy = createServer((client) => {
    const server = connectTcp(Number(target.port), target.hostname);
    sockets.push(client, server);
    client.pipe(server);
    server.on('data', (chunk) => {
      if (!cut) return void client.write(chunk);
      cut = false;
      client.destroy();
      server.destroy();
    });
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('close', () => server.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  const proxied = await openRedis(`redis://127.0.0.1:${port}${target.pathname}`, silent);
  const key = crypto.randomUUID();
  await proxied.commands.incr(key);
  cut = true;
  const lost = await proxied.commands.incr(key).catch((error: unknown) => error);
  expect(isRedisDown(lost)).toBe(true);
  await until(() => proxied.commands.status === 'ready', { what: 'the new connection' });
  expect(await proxied.commands.get(key)).toBe('2');
  await proxied.close();
  for (const socket of sockets) socket.destroy();
  proxy.close();
});
