/** What the scripted server does with one request: answer a status, or none until it is released. */
export type Step = number | 'hang';

export type ReceivedMail = { key: string | null; authorization: string | null; body: Record<string, unknown> };

export type ScriptedResend = {
  url: string;
  received: ReceivedMail[];
  /** Answers 500 to whoever hangs. */
  release(): void;
  stop(): Promise<void>;
};

const errorNames: Record<number, string> = {
  400: 'validation_error',
  401: 'missing_api_key',
  403: 'invalid_api_key',
  409: 'concurrent_idempotent_requests',
  422: 'validation_error',
  429: 'rate_limit_exceeded',
};

/** A Resend that plays `script` step by step, then accepts everything. It keeps what it was sent, refused or not. */
export function scriptResend(script: Step[] = []): ScriptedResend {
  const received: ReceivedMail[] = [];
  const released = Promise.withResolvers<void>();
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const step = script[received.length] ?? 200;
      received.push({
        key: request.headers.get('idempotency-key'),
        authorization: request.headers.get('authorization'),
        body: (await request.json()) as Record<string, unknown>,
      });
      if (step === 'hang') await released.promise;
      if (step === 200) return Response.json({ id: crypto.randomUUID() });
      const status = step === 'hang' ? 500 : step;
      const name = errorNames[status] ?? 'internal_server_error';
      return Response.json({ statusCode: status, name, message: 'no to mina@example.com' }, { status });
    },
  });
  return {
    url: server.url.href.replace(/\/$/, ''),
    received,
    release: released.resolve,
    async stop() {
      released.resolve();
      await server.stop(true);
    },
  };
}
