import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { MAX_JSON_BYTES } from '../../src/http/body.ts';
import { signUp } from '../harness/people.ts';
import { createWorld, type World } from '../harness/world.ts';
import { signUpAdmin } from '../modules/characters/cast.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const json = { 'content-type': 'application/json' };

describe('every error is a problem document', () => {
  test.each([
    ['an unknown route', 404, 'http.not_found', () => world.client.get('/nope/x')],
    ['a wrong method', 405, 'http.method_not_allowed', () => world.client.delete('/auth/login')],
    [
      'broken JSON',
      400,
      'http.malformed_json',
      () => world.client.post('/auth/login', undefined, { raw: '{"email":', headers: json }),
    ],
    [
      'another media type',
      415,
      'http.unsupported_media_type',
      () =>
        world.client.post('/auth/login', undefined, {
          raw: 'email=x',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
    ],
    [
      'a missing media type',
      415,
      'http.unsupported_media_type',
      () => world.client.post('/auth/login', undefined, { raw: new TextEncoder().encode('{"email":"x"}') }),
    ],
    [
      'a huge body',
      413,
      'http.body_too_large',
      () => world.client.post('/auth/login', { email: 'x'.repeat(MAX_JSON_BYTES) }),
    ],
    ['missing fields', 422, 'http.invalid', () => world.client.post('/auth/login', {})],
    [
      'an empty body',
      422,
      'http.invalid',
      () => world.client.post('/auth/login', undefined, { raw: '', headers: json }),
    ],
    [
      'a null body',
      422,
      'http.invalid',
      () => world.client.post('/auth/login', undefined, { raw: 'null', headers: json }),
    ],
    ['no credentials', 401, 'auth.not_authenticated', () => world.client.get('/auth/me')],
    [
      'a deep body',
      422,
      'http.invalid',
      () =>
        world.client.post('/auth/login', undefined, {
          raw: `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
          headers: json,
        }),
    ],
  ])('%s: %i %s', async (_, status, code, send) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `urn:fabula:problem:${code}`,
      status,
      code,
      request_id: answer.headers.get('x-request-id'),
    });
    expect(answer.body.title).toBeString();
    expect(answer.body.detail).toBeString();
  });

  test('a body without a length is cut off at the limit', async () => {
    const endless = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const request = new Request('http://localhost/auth/login', { method: 'POST', body: endless, headers: json });
    const { createFetch } = await import('../../src/fetch.ts');
    expect((await createFetch(world.ctx)(request)).status).toBe(413);
  });

  test('405 names the methods that work', async () => {
    expect((await world.client.put('/auth/me')).headers.get('allow')).toBe('GET, HEAD');
    expect((await world.client.get(`/auth/sessions/${crypto.randomUUID()}`)).headers.get('allow')).toBe('DELETE');
  });

  test('401 comes before validation and before parsing, and says how to authenticate', async () => {
    for (const token of [undefined, 'x', 'a.b.c']) {
      const answer = await world.client.post('/auth/update-password', undefined, {
        raw: '{broken',
        headers: json,
        token,
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.body.detail).toContain('Not authenticated');
    }
  });

  test('a refused body is never echoed; fields are named by pointers', async () => {
    const secret = 'hunter2-hunter2';
    const answer = await world.client.post('/auth/register', {
      email: 'not an address',
      username: 'x',
      password: secret,
      gender: secret,
    });
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toContain('not an address');
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain('/email');
    expect(answer.body.detail).toContain('email must be an e-mail address');
  });

  test.each([
    ['/stories?skip=3&limit=101', '/query/limit', 'query.limit must be at most 100'],
    ['/stories?skip=-1&limit=5', '/query/skip', 'query.skip must be at least 0'],
    ['/metrics/online?window_sec=9', '/query/window_sec', 'query.window_sec must be at least 10'],
    ['/cms/home/slots/revisions/0', '/params', 'params must be at least 1'],
  ])('a number out of its range in %s is named', async (path, pointer, words) => {
    const { token } = await signUpAdmin(world);
    const { status, body } = await world.client.get(path, { token });
    expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([422, [pointer]]);
    expect(body.detail).toEndWith(words);
  });

  test('texts follow Accept-Language', async () => {
    const korean = await world.client.get('/nope', { headers: { 'accept-language': 'ko-KR,ko;q=0.9' } });
    expect(korean.body.detail).toBe('존재하지 않는 경로입니다.');
    const refused = await world.client.post(
      '/auth/login',
      { email: 'x', password: 'y' },
      { headers: { 'accept-language': 'ko' } },
    );
    expect(refused.body.detail).toContain('올바른 이메일 주소여야 합니다');
  });

  test('an unknown error says nothing but the request id, and is in the log', async () => {
    const person = await signUp(world);
    const findError = new Error('SECRET-DSN postgres://u:p@h');
    const broken = Object.create(world.ctx, {
      db: {
        value: {
          ...world.ctx.db,
          get pool() {
            throw findError;
          },
        },
      },
    });
    const { createFetch } = await import('../../src/fetch.ts');
    const { createClient } = await import('../harness/client.ts');
    const answer = await createClient(createFetch(broken)).get('/auth/me', { token: person.token });
    expect(answer.status).toBe(500);
    expect(answer.body.code).toBe('http.internal');
    expect(answer.text).not.toContain('SECRET');
    const line = world.logs.find(
      (entry) => entry.request_id === answer.body.request_id && entry.message === 'request failed',
    );
    expect(JSON.stringify(line)).toContain('SECRET-DSN');
  });
});
