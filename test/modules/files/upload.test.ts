import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { MAX_PIXELS } from '../../../src/files/images.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';
import { bytesOf, type Format, formOf, movingDot, picture, pngHeader, upload } from './pictures.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'fabula-upload-'));
let world: World;
let ann: Person;
beforeAll(async () => {
  world = await createWorld({ env: { DATA_DIR: dataDir } });
  ann = await signUp(world);
});
afterAll(async () => {
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const send = (...parts: Parameters<typeof upload>[2]) => upload(world.client, ann.token, parts);
const nameOf = (bytes: Uint8Array, extension: string) =>
  `/static/${createHash('sha256').update(bytes).digest('hex')}.${extension}`;
const isServed = async (path: string) => (await world.client.get(path)).status === 200;
const kept = () =>
  readdirSync(join(dataDir, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('what is taken', () => {
  test.each([
    ['png', 'png'],
    ['jpeg', 'jpg'],
    ['webp', 'webp'],
    ['gif', 'gif'],
  ] as [Format, string][])('%s, by its bytes and not by its name', async (format, extension) => {
    const bytes = await picture(format);
    const answer = await send({ bytes, name: '../../etc/passwd.html', type: 'text/html' });
    expect([answer.status, answer.body]).toEqual([200, [nameOf(bytes, extension)]]);
    const served = await world.client.open('GET', answer.body[0]);
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(bytes);
  });

  test.each(['jpeg', 'webp', 'png'] as Format[])(
    '%s from a camera loses what only its metadata tells, and is upright',
    async (format) => {
      const place = { IFD0: { Make: 'Camera of Ann' }, IFD3: { GPSLatitude: '37/1 33/1 0/1' } };
      const photo = await sharp(await picture(format, 60, 40))
        .withExif(place)
        .withMetadata({ orientation: 6 })
        .toFormat(format)
        .toBuffer();
      expect(photo.toString('latin1')).toContain('Camera of Ann');
      const { status, body } = await send(bytesOf(photo));
      expect(status).toBe(200);
      const served = Buffer.from(await (await world.client.open('GET', body[0])).arrayBuffer());
      expect(body[0]).toBe(nameOf(served, format === 'jpeg' ? 'jpg' : format));
      const { exif, xmp, orientation, width, height } = await sharp(served).metadata();
      expect({ exif, xmp, orientation, width, height }).toEqual({ width: 40, height: 60 } as never);
      expect(kept()).not.toContain(nameOf(photo, 'jpg').slice(8));
      expect(readdirSync(join(dataDir, 'files', 'staging'))).toEqual([]);
    },
  );

  test('ten at once come back in their order; other fields are ignored', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => picture()));
    const answer = await send(
      { bytes: bytesOf('note'), field: 'note', name: 'n.txt', type: 'text/plain' },
      ...all.slice(1),
    );
    expect(answer.body).toEqual(all.slice(1).map((bytes) => nameOf(bytes, 'png')));
    const ten = await send(...all);
    expect(ten.body).toEqual(all.map((bytes) => nameOf(bytes, 'png')));
  });

  test('the same bytes thirty times at once, from two instances: one file', async () => {
    const bytes = await picture();
    const { client } = await world.secondInstance();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => upload(i % 2 === 0 ? world.client : client, ann.token, [bytes, bytes])),
    );
    const name = nameOf(bytes, 'png');
    for (const { status, body } of answers) expect([status, body]).toEqual([200, [name, name]]);
    expect(kept().filter((file) => name.endsWith(file))).toHaveLength(1);
    expect(readdirSync(join(dataDir, 'files', 'staging'))).toEqual([]);
  });

  test('a picture with something else behind it is served as a picture and nothing else', async () => {
    for (const tail of ['<script>alert(1)</script>', 'PK\x03\x04 a zip', '%PDF-1.7']) {
      const bytes = bytesOf(Buffer.concat([await picture('gif'), Buffer.from(tail)]));
      const { body } = await send({ bytes, name: 'x.html', type: 'text/html' });
      const served = await world.client.get(body[0]);
      expect(served.headers.get('content-type')).toBe('image/gif');
      expect(served.headers.get('x-content-type-options')).toBe('nosniff');
      expect(served.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    }
  });
});

describe('what is refused', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['a text', 'hello'],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['an svg', svg],
    ['an svg behind a mark', `\ufeff<?xml version="1.0"?>${svg}`],
    ['a zip', 'PK\x03\x04\x14\x00\x00\x00'],
    ['a pdf', '%PDF-1.7'],
    ['a tiff', Buffer.from('II*\x00\x08\x00\x00\x00', 'latin1')],
    ['a bitmap', Buffer.from('BM\x46\x00\x00\x00', 'latin1')],
    ['a png signature alone', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a gif signature and a script', 'GIF89a/*<svg/onload=alert(1)>*/=1;alert(1)'],
    ['a jpeg signature and a script', Buffer.from('\xff\xd8\xff\xe0<?php system($_GET[0]); ?>', 'latin1')],
    ['a wave file', Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt ', 'latin1')],
    ['a webp signature and noise', Buffer.from('RIFF\x24\x00\x00\x00WEBPVP8 aaaaaaaaaaaaaaaaaaaaaa', 'latin1')],
    ['a png without pixels', pngHeader(20, 20)],
    ['a png of no width', pngHeader(0, 20)],
  ])('%s: 400', async (_what, content) => {
    const answer = await send({ bytes: bytesOf(content), name: 'picture.png', type: 'image/png' });
    expect([answer.status, answer.body.code]).toEqual([400, 'files.not_an_image']);
  });

  test('every beginning of a picture that cannot be shown: 400, and nothing crashes', async () => {
    for (const format of ['png', 'jpeg', 'webp', 'gif'] as const) {
      const whole = await picture(format, 300, 300);
      for (let i = 1; i <= 12; i++) {
        const cut = whole.slice(0, Math.floor((whole.length * i) / 13));
        const answer = await send(cut);
        // Some decoders can show the beginning of a picture; none may fail otherwise.
        expect([format, answer.status]).toBeOneOf([
          [format, 400],
          [format, 200],
        ]);
      }
      expect((await send(whole.slice(0, 40))).status).toBe(400);
    }
  });

  test('forty megapixels are the most, by the header', async () => {
    const bomb = await send(pngHeader(6_401, 6_401));
    expect([bomb.status, bomb.body.code]).toEqual([400, 'files.too_many_pixels']);
    expect(bomb.body.detail).toContain(String(MAX_PIXELS));
    for (const [width, height] of [
      [40_000_001, 1],
      [65_535, 65_535],
      [2_147_483_647, 2_147_483_647],
    ] as const)
      expect((await send(pngHeader(width, height))).status).toBe(400);
  });

  test('a few bytes that would be many pictures are looked at once', async () => {
    const started = performance.now();
    expect((await send(movingDot(6_000, 6_000, 400))).status).toBe(200);
    expect((await send(movingDot(65_535, 65_535, 1))).body.code).toBe('files.too_many_pixels');
    // 400 frames of 36 megapixels would take minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  }, 15_000);

  test('one bad file refuses them all, is named, and nothing is kept of the others', async () => {
    const good = [await picture(), await picture('webp')] as const;
    const before = kept().length;
    const answer = await send(good[0], bytesOf('bad'), good[1]);
    expect([answer.status, answer.body.code]).toEqual([400, 'files.not_an_image']);
    expect(answer.body.detail).toContain('File 2 ');
    expect(kept().length).toBe(before);
    expect(await isServed(nameOf(good[0], 'png'))).toBe(false);
  });

  test('eleven files, and none: 422', async () => {
    const bytes = await picture();
    const eleven = await send(...Array(11).fill(bytes));
    expect([eleven.status, eleven.body.code]).toEqual([422, 'files.too_many']);
    expect(await isServed(nameOf(bytes, 'png'))).toBe(false);
    const none = await send({ bytes, field: 'file' });
    expect([none.status, none.body.code]).toEqual([422, 'files.none']);
  });

  test('strangers are asked who they are before a byte is read', async () => {
    const answer = await upload(world.client, undefined, [bytesOf('bad')]);
    expect(answer.status).toBe(401);
  });

  test('other bodies: 415; a broken form: 400', async () => {
    const post = (raw: string, type: string) =>
      world.client.post('/files/upload', undefined, {
        token: ann.token,
        raw: bytesOf(raw),
        headers: { 'content-type': type },
      });
    for (const type of ['application/json', 'text/plain', 'multipart/mixed; boundary=x', 'application/octet-stream'])
      expect((await post('{}', type)).status).toBe(415);
    for (const [raw, type] of [
      [
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nabc',
        'multipart/form-data; boundary=x',
      ],
      ['no boundary in it', 'multipart/form-data; boundary=x'],
      ['', 'multipart/form-data; boundary=x'],
      ['--x--\r\n', 'multipart/form-data; charset=utf-8'],
    ] as const) {
      const answer = await post(raw, type);
      expect([answer.status, answer.body.code]).toBeOneOf([
        [400, 'files.malformed_form'],
        [422, 'files.none'],
      ]);
    }
    const broken = await formOf([await picture()]);
    const answer = await world.client.post('/files/upload', undefined, {
      token: ann.token,
      headers: broken.headers,
      raw: broken.raw.slice(0, -30),
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'files.malformed_form']);
  });

  test('sixty an hour', async () => {
    const limited = await createWorld({ env: { DATA_DIR: dataDir, RATE_LIMIT_SCALE: '1' } });
    const person = await signUp(limited);
    const statuses: number[] = [];
    for (let i = 0; i < 61; i++) statuses.push((await upload(limited.client, person.token, [bytesOf('x')])).status);
    expect(statuses).toEqual([...Array(60).fill(400), 429]);
    await limited.close();
  });
});
