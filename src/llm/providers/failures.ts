import { APIConnectionError, APIError } from 'openai';
import { type AppError, type ErrorCode, fail } from '../../lib/errors.ts';

/** What may be done about a failed try, as long as nothing of the answer was shown. */
type Remedy = 'retry' | 'other_model' | 'without_schema' | 'none';

/** Why one try at the upstream failed. The message holds a status and codes, never the upstream's own words: they may echo the prompt. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';

  constructor(
    readonly code: Extract<ErrorCode, `llm.${string}`>,
    readonly remedy: Remedy,
    message: string,
    /** How long the upstream asks to be left alone. */
    readonly retryAfterMs = 0,
  ) {
    super(message);
  }

  /** The error that leaves the room. */
  toAppError(): AppError {
    const retryAfterSeconds = this.retryAfterMs > 0 ? Math.ceil(this.retryAfterMs / 1_000) : undefined;
    return fail(this.code, { cause: this, retryAfterSeconds });
  }
}

/** A limit that ran out. The same model was silent just now, so another one is the better try. */
export const silence = (what: string, limitMs: number) => () =>
  new UpstreamFailure('llm.timeout', 'other_model', `no ${what} within ${limitMs} ms`);

/** The connection ended before the answer did. */
export const cutStream = () => new UpstreamFailure('llm.unavailable', 'retry', 'the stream ended without a finish reason');

/** The upstream sent something that is not a chunk of a chat completion. */
export const garbage = () => new UpstreamFailure('llm.bad_output', 'retry', 'the stream holds something that is not a chunk');

const OUT_OF_MONEY = /quota|billing|credit|balance|payment/i;
const SCHEMA_REFUSED = /response_format|json_schema|structured output/i;
const RETRYABLE = new Set([408, 409, 425, 429]);

/** Tells what an error of the client library means for us. Errors of our own pass unchanged. */
export function classify(error: unknown): Error {
  if (error instanceof UpstreamFailure) return error;
  if (error instanceof SyntaxError) return garbage();
  if (error instanceof APIConnectionError) return new UpstreamFailure('llm.unavailable', 'retry', 'no connection');
  if (error instanceof APIError) return classifyAnswer(error);
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    return new UpstreamFailure('llm.unavailable', 'retry', `the connection broke: ${code}`);
  }
  return new UpstreamFailure('llm.unavailable', 'retry', 'the connection broke');
}

/** An error status, or an error event inside a stream that began with 200: that one carries its status as its code. */
function classifyAnswer(error: APIError): UpstreamFailure {
  const status = Number(error.status ?? error.code ?? 500) || 500;
  const label = [status, error.code, error.type].filter((part) => part !== undefined && part !== null && part !== '');
  const what = `upstream answered ${label.join(' ').slice(0, 100)}`;
  const failure = (remedy: Remedy) => new UpstreamFailure('llm.unavailable', remedy, what, retryAfterMs(error.headers));
  if (status === 402 || OUT_OF_MONEY.test(`${error.code} ${error.type}`)) return failure('none');
  if (status >= 500 || RETRYABLE.has(status)) return failure('retry');
  if (status === 404) return failure('other_model');
  if ((status === 400 || status === 422) && SCHEMA_REFUSED.test(error.message)) return failure('without_schema');
  return failure('none');
}

/** `retry-after-ms`, or `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(headers: Headers | undefined): number {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return exact;
  const value = headers?.get('retry-after') ?? '';
  const seconds = value === '' ? Number.NaN : Number(value);
  if (seconds >= 0) return seconds * 1_000;
  return Math.max(0, Date.parse(value) - Date.now()) || 0;
}
