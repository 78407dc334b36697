import { expect, test } from 'bun:test';
import { openConnection } from '../../src/http/connection.ts';
import { slowAnswer } from '../../src/http/slow.ts';
import { AppError } from '../../src/lib/errors.ts';

/** A server whose idle timer is far shorter than what its route takes. */
async function ask(answer: (request: Request) => Promise<string>): Promise<string> {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 1,
    async fetch(request, self) {
      openConnection(request, self, []);
      return new Response(await answer(request));
    },
  });
  try {
    return await (await fetch(server.url)).text();
  } finally {
    await server.stop(true);
  }
}

test('an answer that is silent for longer than the idle timer arrives', async () => {
  // Bun's timer has a grain of four seconds.
  const silent = async () => {
    await Bun.sleep(6_000);
    return 'late';
  };
  expect(await ask((request) => slowAnswer(request, 30, silent))).toBe('late');
  await expect(ask(silent)).rejects.toThrow();
}, 20_000);

test('its own deadline is a 504, and the work is told to stop', async () => {
  let reason: unknown;
  const work = (signal: AbortSignal) =>
    new Promise<string>((_, reject) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
        reject(new Error('unheard'));
      });
    });
  const late = slowAnswer(new Request('http://localhost/'), 0.05, work);
  const error = await late.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).status).toBe(504);
  expect(reason).toBe(error);
});
