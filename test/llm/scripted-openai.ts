import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server saw of one request. */
export type Seen = {
  readonly body: {
    model: string;
    stream: boolean;
    messages: { role: string; content: string }[];
    max_tokens?: number;
    max_completion_tokens?: number;
    temperature?: number;
    response_format?: { type: string; json_schema: { strict: boolean; schema: Record<string, unknown> } };
  };
  readonly headers: IncomingHttpHeaders;
  /** Resolves when the client leaves before the answer ended. */
  readonly left: Promise<void>;
};

/** How the server answers one request. */
export type Script = (response: ServerResponse) => Promise<void> | void;

/** An OpenAI-compatible server that answers each request by the next script, and by the last one from then on. */
export async function startScriptedOpenAi(...scripts: [Script, ...Script[]]) {
  const seen: Seen[] = [];
  // node:http and not Bun.serve: it can drop a connection in the middle of an answer.
  const server = createServer(async (request, response) => {
    const { promise: left, resolve } = Promise.withResolvers<void>();
    response.on('close', () => {
      if (!response.writableEnded) resolve();
    });
    const body = JSON.parse((await Array.fromAsync(request)).join('')) as Seen['body'];
    seen.push({ body, headers: request.headers, left });
    await scripts[Math.min(seen.length, scripts.length) - 1]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen, stop };
}

/** One event of a stream. */
export function chunk(content: string | undefined, finish: string | null = null): string {
  const delta = content === undefined ? {} : { content };
  return event({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });
}

export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

const DONE = 'data: [DONE]\n\n';

type End = 'close' | 'hang' | 'disconnect';

/** A stream of raw parts that then closes, hangs open, or loses its connection. */
export function raw(parts: (string | Uint8Array)[], end: End = 'close'): Script {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const part of parts) {
      response.write(part);
      // Each part leaves on its own, so that a character can arrive in two pieces.
      await turn();
    }
    if (end === 'close') response.end();
    if (end === 'disconnect') response.destroy();
  };
}

/** Lets everybody else have a turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A whole answer in pieces. */
export function say(...pieces: string[]): Script {
  return raw([...pieces.map((piece) => chunk(piece)), chunk(undefined, 'stop'), DONE]);
}

/** A beginning of an answer, then nothing good. */
export function sayThen(end: End, ...pieces: string[]): Script {
  return raw(
    pieces.map((piece) => chunk(piece)),
    end,
  );
}

/** An answer that never begins. */
export const hang: Script = raw([], 'hang');

/** An error status with the body that OpenAI would send. */
export function refuse(
  status: number,
  error: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Script {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: 'scripted', type: null, code: null, param: null, ...error } }));
  };
}
