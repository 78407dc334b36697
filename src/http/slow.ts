import { fail } from '../lib/errors.ts';
import { connectionOf } from './connection.ts';

/**
 * Answers a request that may be silent for longer than the server's idle timer allows: lifts the timer, and gives up after
 * `seconds` by itself. `work` is told to stop by its signal, when the time is over or the client has gone; it may end later
 * than that, unheard. Throws `http.timeout` (504), and whatever `work` throws.
 */
export async function slowAnswer<T>(
  request: Request,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  connectionOf(request).keepOpen();
  const stop = new AbortController();
  const leave = () => stop.abort(fail('http.client_gone'));
  if (request.signal.aborted) leave();
  else request.signal.addEventListener('abort', leave, { once: true });
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = fail('http.timeout', { params: { seconds } });
      // First the answer, then the signal: work that fails because it was told to stop must not answer instead.
      reject(error);
      stop.abort(error);
    }, seconds * 1_000);
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', leave);
  }
}
