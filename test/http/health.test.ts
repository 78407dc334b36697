import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createWorld, type World } from '../harness/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('readiness', () => {
  test('needs Postgres, Redis and a worker that was seen; liveness needs nothing', async () => {
    const before = await world.client.get('/ready');
    expect([before.status, before.body]).toEqual([
      503,
      expect.objectContaining({ ready: false, postgres: 'up', redis: 'up', worker: 'down' }),
    ]);
    await world.ctx.redis.commands.set('worker:seen', '1', 'EX', 10);
    const after = await world.client.get('/ready');
    expect(after.status).toBe(200);
    expect(after.body).toEqual({
      ready: true,
      postgres: 'up',
      redis: 'up',
      worker: 'up',
      llm: { provider: 'offline', model: 'offline' },
      mail: 'outbox',
    });
  });

  test('without the stores the API starts, says so, and answers 503 instead of failing', async () => {
    const nowhere = {
      databaseUrl: 'postgres://postgres@127.0.0.1:1/none',
      redisUrl: 'redis://127.0.0.1:1',
      drop: async () => undefined,
    };
    const lost = await createWorld({ stores: nowhere });
    expect((await lost.client.get('/health')).status).toBe(200);
    const ready = await lost.client.get('/ready');
    expect([ready.status, ready.body]).toEqual([
      503,
      expect.objectContaining({ postgres: 'down', redis: 'down', worker: 'down' }),
    ]);
    const login = await lost.client.post('/auth/login', { email: 'a@example.com', password: 'x' });
    expect([login.status, login.body.code]).toEqual([503, 'http.unavailable']);
    expect(login.headers.get('retry-after')).toBe('5');
    await lost.close();
  }, 20_000);
});

test('the default export is a Web-standard handler that opens its own context', async () => {
  const script = `
    const { default: handler } = await import(${JSON.stringify(`${import.meta.dir}/../../src/fetch.ts`)});
    const answers = await Promise.all([handler.fetch(new Request('http://localhost/api/health/')), handler.fetch(new Request('http://localhost/auth/me'))]);
    console.log(JSON.stringify(answers.map((answer) => answer.status)));
    process.exit(0);`;
  const child = Bun.spawn([process.execPath, '-e', script], {
    env: {
      ...process.env,
      DATABASE_URL: world.stores.databaseUrl,
      REDIS_URL: world.stores.redisUrl,
      LOG_LEVEL: 'silent',
    },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  expect(JSON.parse(await child.stdout.text())).toEqual([200, 401]);
});
