import { afterEach, expect, test } from 'bun:test';
import { PermanentError } from '../../src/lib/permanent.ts';
import { resendSender } from '../../src/mail/resend.ts';
import { type ScriptedResend, type Step, scriptResend } from './scripted-resend.ts';

const mail = {
  to: 'mina@example.com',
  subject: 'Hello',
  text: 'text',
  html: '<p>html</p>',
  idempotencyKey: 'verify-email/1',
};
const configFor = (resendBaseUrl: string) => ({
  resendApiKey: 're_test',
  resendBaseUrl,
  from: 'Fabula <no-reply@fabula.example>',
});

let server: ScriptedResend | undefined;
afterEach(() => server?.stop());

test('sends the mail whole, under its idempotency key', async () => {
  server = scriptResend();
  await resendSender(configFor(server.url))(mail);
  expect(server.received).toEqual([
    {
      key: 'verify-email/1',
      authorization: 'Bearer re_test',
      body: {
        from: 'Fabula <no-reply@fabula.example>',
        to: 'mina@example.com',
        subject: 'Hello',
        text: 'text',
        html: '<p>html</p>',
      },
    },
  ]);
});

test.each<[Step, boolean]>([
  [400, true],
  [401, false],
  [403, false],
  [409, false],
  [422, true],
  [429, false],
  [500, false],
  [503, false],
])('an answer of %p rejects; permanent: %p; the address stays out of the message', async (step, permanent) => {
  server = scriptResend([step]);
  const error = await resendSender(configFor(server.url))(mail).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(error instanceof PermanentError).toBe(permanent);
  expect((error as Error).message).toContain(String(step));
  expect((error as Error).message).not.toContain('mina@example.com');
  expect(server.received).toHaveLength(1);
});

test('a server that is down rejects', async () => {
  server = scriptResend();
  const { url } = server;
  await server.stop();
  await expect(resendSender(configFor(url))(mail)).rejects.toThrow('no answer');
});

test('a server that never answers rejects after the timeout', async () => {
  server = scriptResend(['hang']);
  await expect(resendSender(configFor(server.url), 50)(mail)).rejects.toThrow('no answer');
});
