import { STATUS_CODES } from 'node:http';
import { isDatabaseDown } from '../db/tx.ts';
import { AppError, fail } from '../lib/errors.ts';
import type { Language } from '../lib/language.ts';
import { isRedisDown } from '../redis/client.ts';
import { fieldList } from './validation.ts';

const PROBLEM_TYPE = 'application/problem+json';

/**
 * The one place where an error becomes a response (RFC 9457). `detail` is a sentence a page can show, but for the page that
 * reads a list of fields there (`listed`), and the one that reads an object.
 */
export function problemResponse(error: AppError, language: Language, requestId: string, listed = false): Response {
  const { headers = {}, retryAfterSeconds, fields, detail, members } = error.options;
  const sentence = error.text(language);
  const body = {
    type: `urn:fabula:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    code: error.code,
    detail: listed && fields ? fieldList(fields) : detail ? { ...detail, message: sentence } : sentence,
    request_id: requestId,
    ...members,
    ...(fields ? { errors: fields.map(({ pointer, detail }) => ({ pointer, detail })) } : {}),
  };
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: {
      'content-type': PROBLEM_TYPE,
      ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...headers,
    },
  });
}

/** Reads any thrown value as one of ours: a store that is away is 503, whatever we do not know is 500. */
export function toAppError(error: unknown): AppError {
  for (let current = error; current instanceof Error; current = current.cause)
    if (current instanceof AppError) return current;
  if (isDatabaseDown(error) || isRedisDown(error))
    return fail('http.unavailable', { cause: error, retryAfterSeconds: 5 });
  return fail('http.internal', { cause: error });
}
