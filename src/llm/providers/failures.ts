import { APIConnectionError, APIError } from 'openai';
import { type AppError, type ErrorCode, fail } from '../../lib/errors.ts';

/**
 * What may be done about a failed try, as long as nothing of the answer was given out: wait and `retry`, ask
 * `another_model`, ask `again` at once because the request is now a simpler one, or nothing.
 */
type Remedy = 'retry' | 'another_model' | 'again' | 'none';

/** Why one try at the upstream failed. Its message never holds the upstream's own words: they may echo the prompt. */
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

/** A time limit that ran out. The same model was silent just now, so another one is the better try. */
export const silence = (what: string, limitMs: number) => () =>
  new UpstreamFailure('llm.timeout', 'another_model', `no ${what} within ${limitMs} ms`);

/** The connection ended before the answer did. */
export const cutStream = () =>
  new UpstreamFailure('llm.unavailable', 'retry', 'the stream ended without a finish reason');

/** The upstream sent something that is not a chunk of a chat completion. */
export const garbage = () =>
  new UpstreamFailure('llm.bad_output', 'retry', 'the stream holds something that is not a chunk');

/** Tells what an error of the client library means for us. Errors of our own pass unchanged. */
export function classify(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  if (error instanceof SyntaxError) return garbage();
  if (error instanceof APIConnectionError) return new UpstreamFailure('llm.unavailable', 'retry', 'no connection');
  if (error instanceof APIError) return classifyAnswer(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new UpstreamFailure('llm.unavailable', 'retry', `the connection broke: ${code}`);
}

const OUT_OF_MONEY = /quota|billing|credit|balance|payment/i;
/** Beside 5xx: a request timeout, a conflict, too early, too many requests. */
const RETRYABLE_STATUSES = new Set([408, 409, 425, 429]);

/** An error status, or an error event inside a stream that began with 200: that one may carry its status as its code. */
function classifyAnswer(error: APIError): UpstreamFailure {
  const status = Number(error.status ?? error.code) || 500;
  const label = [status, error.code, error.type].filter(Boolean).join(' ').slice(0, 100);
  const failure = (remedy: Remedy) =>
    new UpstreamFailure('llm.unavailable', remedy, `the upstream answered ${label}`, retryAfterMs(error.headers));
  if (status === 402 || OUT_OF_MONEY.test(`${error.code} ${error.type}`)) return failure('none');
  if (status >= 500 || RETRYABLE_STATUSES.has(status)) return failure('retry');
  if (status === 404) return failure('another_model');
  return failure('none');
}

const OPTIONS = ['response_format', 'max_tokens', 'temperature'] as const;

/** A part of a request that not every model takes, and that we can do without. */
export type Option = (typeof OPTIONS)[number];

const NOT_KNOWN = /support|unknown|unrecogni[sz]ed|unavailable|not permitted|not allowed|extra/i;

/** The option that a 400 or 422 says the model does not take, if any; a bad value of it (too many tokens) is another matter. */
export function refusedOption(error: unknown): Option | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return undefined;
  if (!NOT_KNOWN.test(`${error.code} ${error.message}`)) return undefined;
  return OPTIONS.find((option) => error.param === option || error.message.includes(option));
}

/** `retry-after-ms`, or `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(headers: Headers | undefined): number {
  const exact = headers?.get('retry-after-ms');
  if (exact) return Number(exact) || 0;
  const value = headers?.get('retry-after');
  if (!value) return 0;
  return Math.max(0, /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now()) || 0;
}
