import Busboy, { type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import { fail } from '../lib/errors.ts';

export type UploadLimits = { maxFiles: number; maxFileBytes: number };

/** What the form's own lines may take beside the files. */
const MAX_OVERHEAD_BYTES = 65_536;
const MAX_FIELDS = 20;
const MAX_HEADER_BYTES = 4_096;

/**
 * The files of one field of a multipart form, one after the other as they arrive: at any time no more than one file
 * and one chunk are in memory. Other fields are ignored. Throws `http.unsupported_media_type`, `http.body_too_large`
 * (also for a body that does not announce its length), `files.malformed_form` or `files.too_many`.
 */
export async function* filesOf(request: Request, field: string, limits: UploadLimits): AsyncGenerator<Uint8Array> {
  const form = openForm(request, field, limits);
  const maxBytes = limits.maxFiles * limits.maxFileBytes + MAX_OVERHEAD_BYTES;
  const tooLarge = () => fail('http.body_too_large', { params: { limit: maxBytes } });
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge();
    await form.write(chunk);
    yield* form.take();
  }
  await form.end();
  yield* form.take();
}

/** A parser that is fed chunks and gives whole files. The first problem ends it. */
function openForm(request: Request, field: string, { maxFiles, maxFileBytes }: UploadLimits) {
  const parser = newParser(request, { maxFiles, maxFileBytes });
  const whole: Uint8Array[] = [];
  let problem: Error | undefined;
  const refuse = (error: Error) => {
    problem ??= error;
  };

  parser.on('file', (name: string, file: BusboyFileStream) => {
    // The stream says by itself that a form broke off; the parser says it, too.
    file.on('error', () => undefined);
    if (name !== field) return void file.resume();
    const chunks: Uint8Array[] = [];
    file.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    file.on('limit', () => refuse(fail('http.body_too_large', { params: { limit: maxFileBytes } })));
    file.on('end', () => whole.push(Buffer.concat(chunks)));
  });
  parser.on('filesLimit', () => refuse(fail('files.too_many', { params: { max: maxFiles } })));
  parser.on('error', () => refuse(fail('files.malformed_form')));
  const finished = new Promise<void>((resolve) => {
    parser.once('finish', resolve);
    parser.once('error', () => resolve());
  });

  return {
    async write(chunk: Uint8Array): Promise<void> {
      const taken = new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
      await Promise.race([taken, finished]);
      if (problem) throw problem;
    },
    async end(): Promise<void> {
      parser.end();
      await finished;
      if (problem) throw problem;
    },
    *take(): Generator<Uint8Array> {
      while (whole[0] !== undefined) yield whole.shift() as Uint8Array;
    },
  };
}

function newParser(request: Request, { maxFiles, maxFileBytes }: UploadLimits) {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' } as BusboyHeaders;
  const unsupported = () => fail('http.unsupported_media_type', { params: { accepted: 'multipart/form-data' } });
  if (!/^multipart\/form-data\s*;/i.test(headers['content-type'])) throw unsupported();
  try {
    return new Busboy({
      headers,
      limits: {
        files: maxFiles,
        fileSize: maxFileBytes,
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
