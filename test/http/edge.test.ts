import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Elysia } from 'elysia';
import { createApp } from '../../src/app.ts';
import { clientAddress } from '../../src/http/connection.ts';
import { isAllowedOrigin } from '../../src/http/cors.ts';
import { routeTable } from '../../src/http/route-table.ts';
import { catalogue, type ErrorCode } from '../../src/lib/errors.ts';
import { signUp } from '../harness/people.ts';
import { createWorld, type World } from '../harness/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('aliases', () => {
  test.each(['/health', '/health/', '/api/health', '/api/health/', '/api/health//', '/health?x=1', '/api/health/?x=1'])(
    '%s answers directly',
    async (path) => {
      const answer = await world.client.get(path);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ status: 'ok' });
    },
  );
  test('a query and a body come through an alias', async () => {
    expect((await world.client.get('/api/auth/check-email/?email=nobody@example.com')).body).toEqual({
      available: true,
    });
    expect((await world.client.post('/api/auth/login/', { email: 'nobody@example.com', password: 'x' })).status).toBe(
      401,
    );
  });
  test('a NUL in a query is dropped: it is no error and reaches no store', async () => {
    const answer = await world.client.get('/auth/check-username?username=%00no%00body');
    expect(answer.body).toEqual({ available: true });
  });
  test('/apiary is no alias', async () => expect((await world.client.get('/apiary')).status).toBe(404));
});

describe('headers', () => {
  test('every answer has an id, ours or the caller’s, and the security headers', async () => {
    const answer = await world.client.get('/health', { headers: { 'x-request-id': 'from-the-caller-1' } });
    expect(answer.headers.get('x-request-id')).toBe('from-the-caller-1');
    for (const [name, value] of Object.entries({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    }))
      expect(answer.headers.get(name)).toBe(value);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(
      (
        await world.client.get('/nope', { headers: { 'x-request-id': 'bad id\u0001'.replace('\u0001', '!') } })
      ).headers.get('x-request-id'),
    ).toMatch(/^[0-9a-f-]{36}$/);
  });
  test('one log line a request, with the path and the person, without the query', async () => {
    const person = await signUp(world);
    const answer = await world.client.get('/api/auth/me/?token=hunter2', { token: person.token });
    const line = world.logs.find((entry) => entry.request_id === answer.headers.get('x-request-id'));
    expect(line).toMatchObject({
      message: 'request',
      method: 'GET',
      path: '/auth/me',
      status: 200,
      user_id: person.id,
    });
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });
});

describe('CORS', () => {
  test('an allowed origin gets its own name and credentials, also on errors and streams; another gets none', async () => {
    const from = (origin: string, path = '/nope') => world.client.get(path, { headers: { origin } });
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://localhost']) {
      const answer = await from(origin);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
      expect(answer.headers.get('vary')).toContain('Origin');
    }
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'null',
      'http://localhost:5173.evil.example',
    ])
      expect((await from(origin, '/health')).headers.get('access-control-allow-origin')).toBeNull();
  });
  test('a preflight allows the methods and headers of the front end', async () => {
    const answer = await world.client.open('OPTIONS', '/api/auth/me', {
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,if-match',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
    for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match', 'last-event-id'])
      expect(answer.headers.get('access-control-allow-headers')).toContain(name);
  });
  test('production allows the listed origins only', () => {
    const config = {
      ...world.ctx.config,
      production: true,
      frontendBaseUrl: 'https://fabula.example',
      corsOrigins: ['https://other.example'],
    };
    expect(isAllowedOrigin(config, 'https://fabula.example')).toBe(true);
    expect(isAllowedOrigin(config, 'https://other.example')).toBe(true);
    expect(isAllowedOrigin(config, 'http://localhost:5173')).toBe(false);
  });
});

describe('the client’s address', () => {
  const request = (forwarded?: string) =>
    new Request('http://localhost/', { headers: forwarded ? { 'x-forwarded-for': forwarded } : {} });
  test.each([
    [undefined, '1.2.3.4', [], '1.2.3.4'],
    ['9.9.9.9', '1.2.3.4', [], '1.2.3.4'],
    ['9.9.9.9', '10.0.0.1', ['10.0.0.1'], '9.9.9.9'],
    ['6.6.6.6, 9.9.9.9', '10.0.0.1', ['10.0.0.1'], '9.9.9.9'],
    ['9.9.9.9, 10.0.0.2', '10.0.0.1', ['10.0.0.1', '10.0.0.2'], '9.9.9.9'],
    ['9.9.9.9', '::ffff:10.0.0.1', ['10.0.0.1'], '9.9.9.9'],
    [undefined, undefined, [], '127.0.0.1'],
  ] as const)('forwarded %p by %p with proxies %p is %p', (forwarded, peer, proxies, expected) => {
    expect(clientAddress(request(forwarded), peer, [...proxies])).toBe(expected);
  });
});

describe('documentation', () => {
  test('the OpenAPI 3.1 document is valid, and every route has a summary, a tag and all its statuses', async () => {
    const { body } = await world.client.get('/openapi.json');
    expect(body.openapi).toStartWith('3.1');
    const outcome = await new Validator().validate(structuredClone(body));
    expect(outcome.errors ?? []).toEqual([]);
    expect(outcome.valid).toBe(true);
    let operations = 0;
    for (const [path, item] of Object.entries<Record<string, { summary?: string; tags?: string[]; responses: object }>>(
      body.paths,
    ))
      for (const [method, operation] of Object.entries(item)) {
        operations += 1;
        const name = `${method} ${path}`;
        expect(operation.summary, name).toBeString();
        expect(operation.tags?.length, name).toBeGreaterThan(0);
        expect(Object.keys(operation.responses), name).toContain('429');
      }
    const documented = routeTable(createApp(world.ctx)).entries.filter((entry) => entry.summary);
    expect(operations).toBe(documented.length);
    expect(Object.keys(body.paths['/auth/register'].post.responses)).toEqual(
      expect.arrayContaining(['201', '400', '413', '415', '422', '429', '503']),
    );
  });
  test('the page and its viewer come from here: nothing in them names another host', async () => {
    const page = await world.client.get('/swagger');
    expect(page.status).toBe(200);
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
    expect(sources).toContain('/swagger/viewer.js');
    expect(sources.filter((source) => /^(https?:)?\/\//.test(source))).toEqual([]);
    expect(page.text).toContain('/openapi.json');
    const viewer = await world.client.get('/swagger/viewer.js');
    expect(viewer.headers.get('content-type')).toContain('javascript');
    expect(viewer.text.length).toBeGreaterThan(500_000);
  });
});

describe('the route table', () => {
  test('an app with a route that declares no access cannot be built', () => {
    const entries = routeTable(new Elysia().get('/hole', () => 'x')).entries;
    expect(entries).toEqual([expect.objectContaining({ path: '/hole', access: undefined })]);
    for (const entry of routeTable(createApp(world.ctx)).entries) expect(entry.access, entry.path).toBeDefined();
  });

  test('members’ routes refuse strangers and every kind of bad token, before anything else', async () => {
    const member = routeTable(createApp(world.ctx)).entries.filter(
      ({ access }) => access === 'member' || access === 'admin',
    );
    expect(member.length).toBeGreaterThan(4);
    const none = btoa(JSON.stringify({ alg: 'none', typ: 'JWT' })).replaceAll('=', '');
    const person = await signUp(world);
    const [head = '', payload = '', signature = ''] = person.token.split('.');
    const tokens = [
      undefined,
      'garbage',
      `${none}.${payload}.`,
      `${head}.${payload}.${signature.slice(0, -2)}xx`,
      person.refreshToken,
      'x'.repeat(5_000),
    ];
    for (const { method, path } of member)
      for (const token of tokens) {
        const answer = await world.client.open(method, path.replace(/:\w+/g, 'not-a-uuid'), { token });
        expect(answer.status, `${method} ${path} with ${token?.slice(0, 20)}`).toBe(401);
        await answer.body?.cancel();
      }
  });

  test('documented errors exist', async () => {
    const { body } = await world.client.get('/openapi.json');
    const codes = [...JSON.stringify(body).matchAll(/`([a-z_]+\.[a-z_]+)`:/g)].map((match) => match[1] as ErrorCode);
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(catalogue[code], code).toBeDefined();
  });
});

describe('limits', () => {
  test('a policy holds over HTTP, per address, with Retry-After', async () => {
    const limited = await createWorld({ env: { RATE_LIMIT_SCALE: '0.01' } });
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await limited.client.get('/health')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429]);
    const refused = await limited.client.get('/health', { headers: { 'x-forwarded-for': '9.9.9.9' } });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.body.code).toBe('http.rate_limited');
    await limited.close();
  });
});

test('two instances over the same stores answer alike', async () => {
  const { client: second } = await world.secondInstance();
  const person = await signUp(world);
  const [a, b] = await Promise.all([
    world.client.get('/auth/me', { token: person.token }),
    second.get('/auth/me', { token: person.token }),
  ]);
  expect(a.body).toEqual(b.body);
  await second.post('/auth/logout', undefined, { token: person.token });
  expect((await world.client.get('/auth/me', { token: person.token })).status).toBe(401);
});
