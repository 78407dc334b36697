import { afterAll, expect, test } from 'bun:test';
import { openConnection } from '../../src/http/connection.ts';
import { slowAnswer } from '../../src/http/slow.ts';
import type { AppError } from '../../src/lib/errors.ts';

const request = (signal?: AbortSignal) => new Request('http://localhost/', { signal });
const untilStopped = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('work in time is its result, and its error is its error', async () => {
  expect(await slowAnswer(request(), 5, async () => 'done')).toBe('done');
  const error = new Error('no');
  expect(await slowAnswer(request(), 5, () => Promise.reject(error)).catch((thrown) => thrown)).toBe(error);
});

test('work that is late is a 504, and is told, whether it listens or not', async () => {
  for (const work of [untilStopped, () => new Promise<never>(() => undefined)]) {
    let told: AbortSignal | undefined;
    const error = await slowAnswer(request(), 0.02, (signal) => {
      told = signal;
      return work(signal);
    }).catch((thrown: AppError) => thrown);
    expect([error.code, error.status]).toEqual(['http.timeout', 504]);
    expect(told?.aborted).toBeTrue();
  }
});

test('a client that leaves, or has left, stops the work', async () => {
  const leaving = new AbortController();
  const work = slowAnswer(request(leaving.signal), 5, untilStopped).catch((thrown: AppError) => thrown);
  leaving.abort();
  expect((await work).code).toBe('http.client_gone');
  const gone = await slowAnswer(request(AbortSignal.abort()), 5, async (signal) => signal.aborted);
  expect(gone).toBeTrue();
});

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  // The shortest there is; the server looks every four seconds.
  idleTimeout: 1,
  async fetch(incoming, self) {
    openConnection(incoming, self, []);
    const answer = async () => {
      await Bun.sleep(9_000);
      return new Response('late, but here');
    };
    return incoming.url.endsWith('/slow') ? slowAnswer(incoming, 20, answer) : answer();
  },
});
afterAll(() => server.stop(true));

test('the idle timer cuts a silent answer, but not a slow one', async () => {
  const ask = (path: string) =>
    fetch(new URL(path, server.url)).then(
      (answer) => answer.text(),
      () => 'cut',
    );
  expect(await Promise.all([ask('/slow'), ask('/plain')])).toEqual(['late, but here', 'cut']);
}, 20_000);
