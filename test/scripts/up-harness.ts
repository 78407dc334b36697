import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../scripts/services/process.ts';
import { DEFAULT_CACHE } from '../../scripts/services/redis-binary.ts';
import { Env } from '../../src/config.ts';
import { until } from '../harness/until.ts';

const ROOT = join(import.meta.dir, '../..');

export type Up = {
  pid: number;
  exited: Promise<number>;
  /** Everything it has printed up to now. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Waits for its screen; fails with its output when it ends before. */
  ready(): Promise<void>;
};

/** A folder for the data of an `up`, with the unpacked Redis in it, so that it is not fetched again. */
export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fabula-up-'));
  chmodSync(folder, 0o711);
  mkdirSync(DEFAULT_CACHE, { recursive: true });
  symlinkSync(DEFAULT_CACHE, join(folder, 'cache'));
  return folder;
}

/** Starts ./scripts/up as a child, in an environment that says nothing but what is given here. */
export function startUp(env: Record<string, string>, args: string[] = []): Up {
  const settings = Object.keys(Env.properties);
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.includes(name)));
  const child = Bun.spawn([join(ROOT, 'scripts/up'), ...args], {
    cwd: ROOT,
    // An empty value hides what a developer's .env says; an `up` whose test is killed ends, too.
    env: {
      ...clean,
      ...Object.fromEntries(settings.map((name) => [name, ''])),
      PORT: '0',
      SUPERVISOR_PID: String(process.pid),
      ...env,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const printed: string[] = [];
  const reading = Promise.all([child.stdout, child.stderr].map((stream) => collect(stream, printed)));
  return {
    pid: child.pid,
    exited: Promise.all([child.exited, reading]).then(([code]) => code),
    output: () => printed.join(''),
    kill: (signal) => child.kill(signal),
    async ready() {
      const settled = () =>
        printed.join('').includes('Fabula is up') || child.exitCode !== null || child.signalCode !== null;
      await until(settled, { timeoutMs: 60_000, what: 'the screen of up' });
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`up ended: ${printed.join('')}`);
    },
  };
}

async function collect(stream: ReadableStream<Uint8Array>, into: string[]): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) into.push(decoder.decode(chunk, { stream: true }));
}

/** The ids of all that runs on a data folder, by name. */
export function processesOf(dataDir: string): Record<string, number> {
  const files = {
    postgres: 'postgres/cluster/postmaster.pid',
    redis: 'redis/server.pid',
    api: 'pids/api.pid',
    worker: 'pids/worker.pid',
  };
  const known = Object.entries(files).filter(([, file]) => existsSync(join(dataDir, file)));
  return Object.fromEntries(known.map(([name, file]) => [name, firstNumber(join(realpathSync(dataDir), file))]));
}

function firstNumber(file: string): number {
  return Number.parseInt(readFileSync(file, 'utf8'), 10);
}

/** Those of these processes that live. */
export function living(processes: Record<string, number>): string[] {
  return Object.keys(processes).filter((name) => commandLine(processes[name] ?? 0) !== '');
}

/** What a running `up` tells the other scripts. */
export function servicesOf(dataDir: string): { apiUrl: string; databaseUrl: string; redisUrl: string; pid: number } {
  return JSON.parse(readFileSync(join(dataDir, 'services.json'), 'utf8'));
}
