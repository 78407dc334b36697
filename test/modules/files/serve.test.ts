import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFetch } from '../../../src/fetch.ts';
import { signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { picture, upload } from './pictures.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'fabula-serve-'));
let world: World;
let path: string;
let bytes: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  world = await createWorld({ env: { DATA_DIR: dataDir } });
  bytes = await picture('webp');
  path = (await upload(world.client, (await signUp(world)).token, [bytes])).body[0];
});
afterAll(async () => {
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const etagOf = (address: string) => `"${address.slice('/static/'.length, -'.webp'.length)}"`;

describe('GET /static/:name', () => {
  test('anyone gets the bytes, for ever, and nothing else can be made of them', async () => {
    for (const address of [path, `/api${path}`, `${path}/`]) {
      const answer = await world.client.open('GET', address, { headers: { origin: 'http://localhost:5173' } });
      expect(answer.status).toBe(200);
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/webp',
        'content-length': String(bytes.length),
        'cache-control': 'public, max-age=31536000, immutable',
        etag: etagOf(path),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': 'http://localhost:5173',
      });
    }
  });

  test('HEAD has the headers and no body', async () => {
    const answer = await world.client.open('HEAD', path);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    expect(answer.headers.get('etag')).toBe(etagOf(path));
    expect((await world.client.open('HEAD', path.replace(/[0-9a-f]{8}\./, '00000000.'))).status).toBe(404);
  });

  test.each([
    ['the same', (tag: string) => tag, 304],
    ['the same, weakly', (tag: string) => `W/${tag}`, 304],
    ['one of several', (tag: string) => `"other", ${tag}`, 304],
    ['any', () => '*', 304],
    ['another', () => '"other"', 200],
    ['without quotes', (tag: string) => tag.slice(1, -1), 200],
    ['nothing', () => '', 200],
  ])('If-None-Match with %s', async (_what, tag, status) => {
    const answer = await world.client.get(path, { headers: { 'if-none-match': tag(etagOf(path)) } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('etag')).toBe(etagOf(path));
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    if (status === 304) expect(answer.text).toBe('');
  });

  test('what is not there is a 404 that nobody caches', async () => {
    const answer = await world.client.get(`/static/${'0'.repeat(64)}.png`);
    expect([answer.status, answer.body.code]).toEqual([404, 'files.not_found']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('other methods: 405', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await world.client.open(method, path);
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toContain('GET');
    }
  });
});

describe('nothing outside the folder', () => {
  const sum = 'ab'.repeat(32);
  beforeAll(() => {
    const root = join(dataDir, 'files');
    mkdirSync(join(root, 'ab', 'ab', `${sum}.gif`), { recursive: true });
    writeFileSync(join(dataDir, 'secret.png'), 'secret');
    writeFileSync(join(root, 'secret.png'), 'secret');
    writeFileSync(join(root, 'ab', 'ab', `${sum}.html`), 'secret');
    writeFileSync(join(root, 'staging', `${sum}.png`), 'secret');
    symlinkSync('/etc/passwd', join(root, 'ab', 'ab', 'link.png'));
  });

  const attempts = [
    '../secret.png',
    '..%2fsecret.png',
    '..%2f..%2f..%2f..%2fetc%2fpasswd',
    '%2e%2e%2fsecret.png',
    '%2e%2e/secret.png',
    '..%5csecret.png',
    '....//secret.png',
    '%252e%252e%252fsecret.png',
    '..%c0%afsecret.png',
    '%2fetc%2fpasswd',
    'secret.png',
    'secret.png%00.png',
    `${sum}.png%00`,
    `${sum}.html`,
    `${sum}.gif`,
    `${sum}.PNG`,
    `${sum}.jpeg`,
    `${sum.toUpperCase()}.png`,
    `staging%2f${sum}.png`,
    `staging/${sum}.png`,
    `ab/ab/${sum}.html`,
    'ab%2fab%2flink.png',
    `${sum}.png%0a`,
    '.',
    '%2e',
    '%',
    '%ff',
    '*',
  ];

  test.each(attempts)('%s', async (attempt) => {
    const answer = await world.client.get(`/static/${attempt}`);
    // 422: the name is no text at all.
    expect(answer.status).toBeOneOf([404, 422]);
    expect(answer.text).not.toContain('secret');
    expect(answer.text).not.toContain('root:');
  });

  test('over a socket, where no client tidies the path', async () => {
    const server = Bun.serve({ port: 0, fetch: createFetch(world.ctx) });
    for (const attempt of [...attempts, '../../../../../../etc/passwd', '/etc/passwd']) {
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        void Bun.connect({
          hostname: '127.0.0.1',
          port: server.port ?? 0,
          socket: {
            open: (socket) =>
              void socket.write(`GET /static/${attempt} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
            data: (_socket, data) => {
              text += data.toString();
            },
            close: () => resolve(text),
            error: (_socket, error) => reject(error),
          },
        });
      });
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404|422) /);
      expect(answer).not.toMatch(/secret\b(?!\.png)|root:/);
    }
    await server.stop(true);
  });
});
