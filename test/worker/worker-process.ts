import { join } from 'node:path';
import type { Stores } from '../harness/stores.ts';
import { until } from '../harness/until.ts';

export type LogLine = Record<string, unknown> & { message: string };

export type WorkerProcess = {
  pid: number;
  lines: LogLine[];
  exited: Promise<number>;
  stderr: Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** The first line (from now or earlier) that fits. */
  line(fits: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
};

const ROOT = join(import.meta.dir, '../..');
const alive = new Set<Bun.Subprocess>();

/** Starts a real worker process over the stores. `preload` is run in it first. */
export function spawnWorker(stores: Stores, env: Record<string, string> = {}, preload?: string): WorkerProcess {
  const child = Bun.spawn([process.execPath, ...(preload ? ['--preload', preload] : []), 'worker/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      DATABASE_URL: stores.databaseUrl,
      REDIS_URL: stores.redisUrl,
      DATABASE_POOL_SIZE: '4',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const lines: LogLine[] = [];
  void collectLines(child.stdout, lines);
  const stderr = new Response(child.stderr).text();
  return {
    pid: child.pid,
    lines,
    exited: child.exited.finally(() => alive.delete(child)),
    stderr,
    kill: (signal) => child.kill(signal),
    async line(fits, timeoutMs = 15_000) {
      const found = await until(() => lines.find(fits) ?? child.exitCode !== null, {
        timeoutMs,
        what: 'a line of the worker',
      });
      if (typeof found === 'object') return found;
      // The last lines may still be on their way.
      const said = await stderr;
      const late = lines.find(fits);
      if (late) return late;
      throw new Error(`the worker ended with ${child.exitCode}: ${said}`);
    },
  };
}

/** Starts a worker and waits until it takes jobs. */
export async function startWorkerProcess(stores: Stores, env: Record<string, string> = {}): Promise<WorkerProcess> {
  const worker = spawnWorker(stores, env);
  await worker.line((line) => line.message === 'worker ready');
  return worker;
}

/** Kills whatever a test left running. */
export async function killWorkers(): Promise<void> {
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all([...alive].map((child) => child.exited));
}

async function collectLines(stream: ReadableStream<Uint8Array>, lines: LogLine[]): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(part.startsWith('{') ? JSON.parse(part) : { message: 'not json', text: part });
  }
}
