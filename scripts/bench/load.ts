/**
 * A load generator in a process of its own: keep-alive connections on loopback, each sending its next request as soon as
 * its answer is whole. `measureLoad` starts it as a child and returns what it saw.
 */
export type LoadJob = {
  port: number;
  /** Whole HTTP/1.1 requests, taken in turn. `{n}` in one is replaced by a running number. */
  requests: string[];
  connections: number;
  seconds: number;
};

export type LoadResult = { requestsPerSecond: number; p50Ms: number; p99Ms: number; failures: number };

/** Runs one job in a child process. Throws when the child fails. */
export async function measureLoad(job: LoadJob): Promise<LoadResult> {
  const child = Bun.spawn([process.execPath, import.meta.path], {
    stdin: new Blob([JSON.stringify(job)]),
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const output = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error('the load generator failed');
  return JSON.parse(output) as LoadResult;
}

/** A keep-alive request in full. */
export function httpRequest(method: string, path: string, headers: Record<string, string> = {}, body = ''): string {
  const all = { host: 'localhost', ...(body ? { 'content-type': 'application/json' } : {}), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  // The length of a body with a running number is set when it is sent.
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}${body ? 'content-length: {length}\r\n' : ''}\r\n${body}`;
}

type Line = { sentAt: number; buffered: string };

async function run(job: LoadJob): Promise<LoadResult> {
  const latencies: number[] = [];
  let number = Math.floor(Math.random() * 1e9) * 1_000;
  let failures = 0;
  const end = performance.now() + job.seconds * 1_000;
  const fill = (template: string) => {
    number += 1;
    const text = template.replaceAll('{n}', String(number));
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    return text.replace('{length}', String(Buffer.byteLength(body)));
  };
  const sockets = Array.from({ length: job.connections }, async (_, index) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const next = (socket: Bun.Socket<Line>) => {
      if (performance.now() >= end) {
        socket.end();
        return resolve();
      }
      socket.data = { sentAt: performance.now(), buffered: '' };
      socket.write(fill(job.requests[(number + index) % job.requests.length] as string));
    };
    await Bun.connect<Line>({
      hostname: '127.0.0.1',
      port: job.port,
      data: { sentAt: 0, buffered: '' },
      socket: {
        open: next,
        data(socket, chunk) {
          socket.data.buffered += chunk.toString('latin1');
          const status = completeStatus(socket.data.buffered);
          if (status === undefined) return;
          latencies.push(performance.now() - socket.data.sentAt);
          if (status >= 400) failures += 1;
          next(socket);
        },
        close: () => resolve(),
        error: () => resolve(),
      },
    });
    await promise;
  });
  await Promise.all(sockets);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 100) / 100;
  return { requestsPerSecond: Math.round(latencies.length / job.seconds), p50Ms: at(0.5), p99Ms: at(0.99), failures };
}

/** The status of a response that has arrived in full, by its length or its last chunk. */
function completeStatus(text: string): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd).toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  const whole = length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= headEnd + 4 + Number(length);
  return whole ? Number(text.slice(9, 12)) : undefined;
}

if (import.meta.main) console.log(JSON.stringify(await run(await Bun.stdin.json())));
