import { fail } from '../lib/errors.ts';

/** The largest JSON body; uploads have a limit of their own. */
export const MAX_JSON_BYTES = 1_048_576;

/** Escapes of NUL and of halves of surrogate pairs, which Postgres cannot store. Whole pairs match, too. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;

/**
 * Reads a JSON body. An empty one is undefined and `null` is null: the existing front end sends both for "no body".
 * Throws 413, 415 or 400.
 */
export async function readJson(request: Request, maxBytes = MAX_JSON_BYTES): Promise<unknown> {
  const text = await readText(request, maxBytes);
  if (text.trim() === '') return undefined;
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json' && !type.endsWith('+json'))
    throw fail('http.unsupported_media_type', { params: { accepted: 'application/json' } });
  try {
    return UNSTORABLE.test(text) ? JSON.parse(text, storable) : JSON.parse(text);
  } catch {
    throw fail('http.malformed_json');
  }
}

/** Reads a body as the bytes it was sent as, for signatures. Throws 413 as soon as it passes `limit`. */
export async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () => fail('http.body_too_large', { params: { limit } });
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a body as text, giving up as soon as it passes `limit` bytes. */
async function readText(request: Request, limit: number): Promise<string> {
  const tooLarge = () => fail('http.body_too_large', { params: { limit } });
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > limit) throw tooLarge();
  // With a length the server reads no more than it says; without one we count.
  if (announced !== null) return request.text();
  if (!request.body) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [storableText(key), entry]));
}

function storableText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
