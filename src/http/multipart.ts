import Busboy, { type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import { fail } from '../lib/errors.ts';

/** Of one request. */
const FIELD = 'files';
const MAX_FILES = 10;
const MAX_FILE_BYTES = 10 * 1_048_576;

/** What the form's own lines may take beside the files. */
const MAX_OVERHEAD_BYTES = 65_536;
const MAX_FIELDS = 20;
const MAX_HEADER_BYTES = 4_096;

/**
 * The files in the field `files` of a multipart form as they arrive, one after the other: pieces of one, then `end`,
 * then the next one's. No more than a chunk is in memory at a time. Other fields are ignored. Throws
 * `http.unsupported_media_type`, `http.body_too_large` (also for a body that does not announce its length),
 * `files.malformed_form` or `files.too_many`.
 */
export async function* uploadedFiles(request: Request): AsyncGenerator<Uint8Array | 'end'> {
  const form = openForm(request);
  const maxBytes = MAX_FILES * MAX_FILE_BYTES + MAX_OVERHEAD_BYTES;
  const tooLarge = () => fail('http.body_too_large', { params: { limit: maxBytes } });
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge();
    yield* await form.write(chunk);
  }
  yield* await form.end();
}

/** A parser that is fed chunks and gives the pieces of files in them. The first problem ends it. */
function openForm(request: Request) {
  const parser = newParser(request);
  const files: (Uint8Array | 'end')[][] = [];
  let problem: Error | undefined;
  const refuse = (error: Error) => {
    problem ??= error;
  };

  parser.on('file', (name: string, file: BusboyFileStream) => {
    // A form that breaks off is an error of its last file, too; the parser's own is enough.
    file.on('error', () => undefined);
    if (name !== FIELD) return void file.resume();
    file.on('limit', () => refuse(fail('http.body_too_large', { params: { limit: MAX_FILE_BYTES } })));
    // The end of a file is told later than the beginning of the next one, so each has a list of its own.
    const pieces: (Uint8Array | 'end')[] = [];
    files.push(pieces);
    file.on('data', (piece: Uint8Array) => pieces.push(piece));
    file.on('end', () => pieces.push('end'));
  });
  parser.on('filesLimit', () => refuse(fail('files.too_many', { params: { max: MAX_FILES } })));
  parser.on('error', () => refuse(fail('files.malformed_form')));
  const finished = new Promise<void>((resolve) => {
    parser.once('finish', resolve);
    parser.once('error', () => resolve());
  });
  const take = () => {
    if (problem) throw problem;
    const taken: (Uint8Array | 'end')[] = [];
    while (taken.length === 0 || taken.at(-1) === 'end') {
      const next = files[0]?.splice(0) ?? [];
      if (next.at(-1) === 'end') files.shift();
      if (next.length === 0) break;
      taken.push(...next);
    }
    return taken;
  };

  return {
    async write(chunk: Uint8Array): Promise<(Uint8Array | 'end')[]> {
      const written = new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
      await Promise.race([written, finished]);
      return take();
    },
    async end(): Promise<(Uint8Array | 'end')[]> {
      parser.end();
      await finished;
      return take();
    },
  };
}

function newParser(request: Request) {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' } as BusboyHeaders;
  const unsupported = () => fail('http.unsupported_media_type', { params: { accepted: 'multipart/form-data' } });
  if (!/^multipart\/form-data\s*;/i.test(headers['content-type'])) throw unsupported();
  try {
    return new Busboy({
      headers,
      limits: {
        files: MAX_FILES,
        fileSize: MAX_FILE_BYTES,
        fields: MAX_FIELDS,
        fieldSize: MAX_OVERHEAD_BYTES,
        headerSize: MAX_HEADER_BYTES,
        headerPairs: MAX_FIELDS,
      },
    });
  } catch {
    // No boundary.
    throw fail('files.malformed_form');
  }
}

/** How such a form looks in the OpenAPI document. */
export const filesForm = {
  requestBody: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object' as const,
          required: ['files'],
          properties: { files: { type: 'array' as const, items: { type: 'string' as const, format: 'binary' } } },
        },
      },
    },
  },
};
