import { type ErrorResponse, Resend } from 'resend';
import type { Config } from '../config.ts';
import { PermanentError } from '../lib/permanent.ts';
import type { Mail } from './mailer.ts';

/** Below the drain time of the worker, so that a silent server never holds its stop. */
const SEND_TIMEOUT_MS = 10_000;

/**
 * Sends through Resend. Its client neither throws nor tries again, so every error it returns is thrown for the queue to
 * repeat the job; the idempotency key makes the repetition harmless even when the first one had arrived.
 */
export function resendSender(config: Config['mail'], timeoutMs = SEND_TIMEOUT_MS): (mail: Mail) => Promise<void> {
  const client = new Resend(config.resendApiKey, { baseUrl: config.resendBaseUrl });
  return async ({ to, subject, text, html, idempotencyKey }) => {
    const { error } = await client.emails.send(
      { from: config.from, to, subject, text, html },
      { idempotencyKey, signal: AbortSignal.timeout(timeoutMs) },
    );
    if (error) throw refusal(error);
  };
}

/**
 * 400 and 422 are about this very mail, and 409 `invalid_idempotent_request` says that another one went out under its
 * key: no repetition helps. A refused key or domain (401, 403) is a setting that somebody may mend meanwhile.
 */
function refusal(error: ErrorResponse): Error {
  const { statusCode, name } = error;
  // Resend's sentences may quote the address, and errors end up in logs.
  const sentence = String(error.message ?? '')
    .replace(/\S+@\S+/g, '[address]')
    .slice(0, 200);
  const message = `Resend did not take the mail: ${name} (${statusCode ?? 'no answer'}) ${sentence}`;
  const permanent = statusCode === 400 || statusCode === 422 || name === 'invalid_idempotent_request';
  return permanent ? new PermanentError(message) : new Error(message);
}
