import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { isLostConnection } from '../../src/lib/crash-guard.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });
const nullWrite = () => {
  const error = new TypeError("null is not an object (evaluating 'socket.write')");
  error.stack = `${error.message}\n    at nextWrite (connection.js:255:15)`;
  return error;
};

test.each<[string, unknown, boolean]>([
  ['the server is told to stop', coded('57P01'), true],
  ['the server starts up', coded('57P03'), true],
  ['a connection exception', coded('08006'), true],
  ['postgres.js lost it', coded('CONNECTION_CLOSED'), true],
  ['postgres.js could not connect', coded('CONNECT_TIMEOUT'), true],
  ['the socket was reset', coded('ECONNRESET'), true],
  ['pg lost it', new Error('Connection terminated unexpectedly'), true],
  ['ioredis lost it', new Error('Connection is closed.'), true],
  ['postgres.js writes to a socket that is gone', nullWrite(), true],
  ['somebody else writes to nothing', new TypeError("null is not an object (evaluating 'socket.write')"), false],
  ['a unique violation', coded('23505'), false],
  ['a missing table', coded('42P01'), false],
  ['a sentence that only mentions it', new Error('the Connection terminated'), false],
  ['a bug', new TypeError('undefined is not a function'), false],
  ['no error at all', '57P01', false],
  ['nothing', undefined, false],
])('%s', (_, error, expected) => {
  expect(isLostConnection(error)).toBe(expected);
});

/** Runs `script` in a guarded process of its own, and gives its exit code and log lines. */
async function guarded(script: string) {
  const guard = join(import.meta.dir, '../../src/lib/crash-guard.ts');
  const log = join(import.meta.dir, '../../src/lib/log.ts');
  const source = `
    import { guardProcess } from ${JSON.stringify(guard)};
    import { createLogger } from ${JSON.stringify(log)};
    const guard = guardProcess(createLogger('info'), () => process.exit(1));
    const lost = () => Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    ${script}`;
  const child = Bun.spawn([process.execPath, '-e', source], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return { code, lines: lines.map((line) => JSON.parse(line) as { level: string; lost?: number; origin: string }) };
}

test('lost connections are counted and survived', async () => {
  const { code, lines } = await guarded(`
    setTimeout(() => { throw lost(); });
    Promise.reject(lost());
    const timer = setInterval(() => { if (guard.lostConnections() === 2) { clearInterval(timer); guard.release(); process.exit(7); } }, 5);`);
  expect(code).toBe(7);
  expect(lines.map(({ level, lost }) => ({ level, lost }))).toEqual([
    { level: 'warn', lost: 1 },
    { level: 'warn', lost: 2 },
  ]);
});

test.each([
  ['uncaughtException', `setTimeout(() => { throw new Error('a bug'); });`],
  ['unhandledRejection', `Promise.reject(new Error('a bug'));`],
])('any other %s ends the process', async (origin, script) => {
  const { code, lines } = await guarded(`${script} setTimeout(() => process.exit(7), 5_000);`);
  expect(code).toBe(1);
  expect(lines).toEqual([expect.objectContaining({ level: 'error', origin })]);
});
