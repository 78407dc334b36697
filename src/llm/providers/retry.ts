import type { Logger } from '../../lib/log.ts';
import type { TimeLimits } from '../limits.ts';
import { UpstreamFailure } from './failures.ts';
import type { Ask, Upstream } from './upstream.ts';

const MAX_RETRIES = 2;
const FIRST_BACKOFF_MS = 500;
/** Asked to wait longer than this, we do not: someone is waiting for us. */
const MAX_WAIT_MS = 20_000;

export type Retrying = {
  readonly upstream: Upstream;
  /** Tried once when the first model does not answer; empty when there is none. */
  readonly fallbackModel: string;
  readonly log: Logger;
  /** Waits between two tries; tests record it instead. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Streams an answer, trying again as long as nothing of it was given out: the same model at most twice more, then the
 * fallback model once. Throws an `UpstreamFailure`, or the signal's reason when it aborts.
 */
export async function* askWithRetries(
  { upstream, fallbackModel, log, pause }: Retrying,
  ask: Ask,
  limits: TimeLimits,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const spare = fallbackModel === ask.model ? '' : fallbackModel;
  let current = ask;
  let retries = 0;
  for (;;) {
    let spoken = false;
    try {
      for await (const piece of upstream(current, limits, signal)) {
        spoken = true;
        yield piece;
      }
      if (spoken) return;
      throw new UpstreamFailure('llm.bad_output', 'retry', 'an empty answer');
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UpstreamFailure)) throw error;
      log.warn('llm.try_failed', { model: current.model, reason: error.message, spoken, retries });
      if (spoken || error.remedy === 'none') throw error;
      if (error.remedy === 'again') continue;
      const waitMs = backoffMs(retries, error.retryAfterMs);
      const onSpare = current.model === spare;
      if (error.remedy === 'retry' && retries < MAX_RETRIES && !onSpare && waitMs <= MAX_WAIT_MS) {
        retries += 1;
        await pause(waitMs, signal);
      } else if (spare !== '' && !onSpare) {
        current = { ...current, model: spare };
      } else throw error;
    }
  }
}

/** At least what the upstream asks for; jitter keeps callers that failed together from coming back together. */
function backoffMs(retries: number, retryAfterMs: number): number {
  if (retryAfterMs > 0) return retryAfterMs + Math.random() * 250;
  return FIRST_BACKOFF_MS * 2 ** retries * (0.5 + Math.random() / 2);
}
