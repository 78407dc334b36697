import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from 'bun';
import sharp from 'sharp';
import { createFetch } from '../../../src/fetch.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { formOf } from './pictures.ts';

const MEBIBYTE = 1_048_576;
const dataDir = mkdtempSync(join(tmpdir(), 'fabula-large-'));
let world: World;
let ann: Person;
let server: Server<unknown>;
beforeAll(async () => {
  world = await createWorld({ env: { DATA_DIR: dataDir } });
  ann = await signUp(world);
  server = Bun.serve({ port: 0, maxRequestBodySize: 110 * MEBIBYTE, fetch: createFetch(world.ctx) });
});
afterAll(async () => {
  await server.stop(true);
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Sends a body over a socket; without a length it goes out in chunks. */
async function post(body: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>, headers: Record<string, string>) {
  const answer = await fetch(new URL('/files/upload', server.url), {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers: { ...headers, authorization: `Bearer ${ann.token}` },
  });
  return { status: answer.status, body: (await answer.json()) as { code: string } | string[] };
}

async function* endless(boundary: string, mebibytes: number, seen: { sent: number }) {
  yield Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n`);
  for (let i = 0; i < mebibytes; i++) {
    seen.sent += 1;
    yield new Uint8Array(MEBIBYTE);
  }
}

/** A picture of noise: as large as its pixels. */
async function noise(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const side = Math.floor(Math.sqrt(bytes / 3)) - 40;
  const raw = new Uint8Array(side * side * 3);
  for (let at = 0; at < raw.length; at += 65_536) crypto.getRandomValues(raw.subarray(at, at + 65_536));
  return new Uint8Array(
    await sharp(raw, { raw: { width: side, height: side, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer(),
  );
}

describe('large bodies', () => {
  test('a file just below 10 MiB is taken, one just above is not', async () => {
    const large = await noise(10 * MEBIBYTE);
    expect(large.length).toBeWithin(9 * MEBIBYTE, 10 * MEBIBYTE);
    const taken = await formOf([large]);
    expect((await post(taken.raw, taken.headers)).status).toBe(200);
    const padded = await formOf([
      new Uint8Array(Buffer.concat([large, Buffer.alloc(10 * MEBIBYTE + 1 - large.length)])),
    ]);
    const refused = await post(padded.raw, padded.headers);
    expect(refused).toMatchObject({ status: 413, body: { code: 'http.body_too_large' } });
    const exact = await formOf([new Uint8Array(Buffer.concat([large, Buffer.alloc(10 * MEBIBYTE - large.length)]))]);
    expect((await post(exact.raw, exact.headers)).status).toBe(200);
  });

  test('a body that does not say how long it is gets cut off', async () => {
    const seen = { sent: 0 };
    const answer = await post(endless('b', 400, seen), { 'content-type': 'multipart/form-data; boundary=b' });
    expect(answer).toMatchObject({ status: 413, body: { code: 'http.body_too_large' } });
    expect(seen.sent).toBeLessThan(200);
  });

  test('a body that says it is too long is not read', async () => {
    const raw = new Uint8Array(102 * MEBIBYTE);
    const answer = await post(raw, { 'content-type': 'multipart/form-data; boundary=b' });
    expect(answer).toMatchObject({ status: 413, body: { code: 'http.body_too_large' } });
  });

  test('what has arrived waits on the disk: 6 forms of 10 MB at once never hold half of it in memory', async () => {
    const file = await noise(MEBIBYTE);
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    let peak = 0;
    const watch = setInterval(() => {
      // What is live, and not what nobody has swept up yet. The client's own bytes are among it.
      Bun.gc(true);
      peak = Math.max(peak, process.memoryUsage().external);
    }, 200);
    const before = process.memoryUsage().external;
    const answers = await Promise.all(Array.from({ length: 6 }, () => post(tenOf(file, 'b'), headers)));
    clearInterval(watch);
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(peak - before).toBeLessThan(30 * MEBIBYTE);
  }, 30_000);
});

async function* tenOf(file: Uint8Array, boundary: string): AsyncGenerator<Uint8Array> {
  const header = '\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n';
  for (let i = 0; i < 10; i++) {
    yield Buffer.from(`${i === 0 ? '' : '\r\n'}--${boundary}${header}`);
    for (let at = 0; at < file.length; at += 65_536) yield file.subarray(at, at + 65_536);
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}
