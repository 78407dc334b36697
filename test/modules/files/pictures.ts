import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { Answer, Client } from '../../harness/client.ts';

export type Format = 'png' | 'jpeg' | 'webp' | 'gif';

let shade = 0;

/** A picture that no other test has. */
export async function picture(format: Format = 'png', width = 60, height = 40): Promise<Uint8Array<ArrayBuffer>> {
  shade += 1;
  const background = { r: shade & 255, g: (shade >> 8) & 255, b: Math.floor(Math.random() * 256) };
  const image = sharp({ create: { width, height, channels: 3, background } });
  const dot = { create: { width: 4, height: 4, channels: 3 as const, background: '#7f3fbf' } };
  return bytesOf(
    await image
      .composite([{ input: dot, left: 2, top: 2 }])
      .toFormat(format)
      .toBuffer(),
  );
}

export function bytesOf(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text as string));
}

/** A PNG that says it is this large; its pixels are one row of nothing. */
export function pngHeader(width: number, height: number): Uint8Array<ArrayBuffer> {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  ihdr.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(Bun.hash.crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return bytesOf(
    Buffer.concat([
      signature,
      chunk('IHDR', ihdr),
      chunk('IDAT', deflateSync(Buffer.alloc(16))),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

/** A GIF of a large canvas on which each frame draws one dot in the last corner: a few bytes that decode to very many. */
export function movingDot(width: number, height: number, frames: number): Uint8Array<ArrayBuffer> {
  const two = (number: number) => [number & 255, number >> 8];
  const colours = [0x80, 0, 0, 0, 0, 0, 255, 255, 255];
  const place = [0x2c, ...two(width - 1), ...two(height - 1), ...two(1), ...two(1), 0];
  const frame = [0x21, 0xf9, 4, 0, 10, 0, 0, 0, ...place, 2, 2, 0x44, 1, 0];
  const all = Array.from({ length: frames }, () => frame).flat();
  return bytesOf(
    Buffer.concat([Buffer.from('GIF89a'), Buffer.from([...two(width), ...two(height), ...colours, ...all, 0x3b])]),
  );
}

type Part = Uint8Array<ArrayBuffer> | { bytes: Uint8Array<ArrayBuffer>; name?: string; type?: string; field?: string };

/** The body of a multipart form, as a browser sends it. */
export async function formOf(
  parts: Part[],
): Promise<{ raw: Uint8Array<ArrayBuffer>; headers: Record<string, string> }> {
  const form = new FormData();
  for (const part of parts) {
    const {
      bytes,
      name = 'picture.png',
      type = 'image/png',
      field = 'files',
    } = part instanceof Uint8Array ? { bytes: part } : part;
    form.append(field, new Blob([bytes], { type }), name);
  }
  const response = new Response(form);
  const type = response.headers.get('content-type') ?? '';
  return { raw: new Uint8Array(await response.arrayBuffer()), headers: { 'content-type': type } };
}

export async function upload(
  client: Client,
  token: string | undefined,
  parts: Part[],
  path = '/files/upload',
): Promise<Answer> {
  return client.post(path, undefined, { token, ...(await formOf(parts)) });
}
