import { join } from 'node:path';
import { lastLines, logSize, StartFailure } from './failure.ts';
import { type Child, ending, endLeftover, spawnService, stopChild, writePidFile } from './process.ts';
import { logFile, places } from './state.ts';

/** A process of this repository that runs beside us. */
export type App = { name: string; child: Child; log: string; logStart: number };

const ROOT = join(import.meta.dir, '../..');
/** The API lets streams end; see DRAIN_MS in src/main.ts. */
const STOP_MS = 30_000;
const READY_POLL_MS = 15;
/** Bun sends at most 256 requests at once unless told before it starts; every story or turn holds one open. */
const OUTGOING_REQUESTS = { BUN_CONFIG_MAX_HTTP_REQUESTS: '20000' };

/** The programs that `up` runs, by name. */
const PROGRAMS = { api: 'src/main.ts', worker: 'worker/main.ts', seed: 'scripts/seed.ts' } as const;
type AppName = keyof typeof PROGRAMS;

/** Starts one of the programs with its log in the data folder. */
export function startApp(name: AppName, dataDir: string, env: Record<string, string | undefined>): App {
  const log = logFile(dataDir, name);
  const logStart = logSize(log);
  const program = join(ROOT, PROGRAMS[name]);
  const child = spawnService([process.execPath, program], log, { cwd: ROOT, env: { ...OUTGOING_REQUESTS, ...env } });
  writePidFile(pidFile(name, dataDir), child.pid, program);
  return { name, child, log, logStart };
}

/** Ends the programs that a killed `up` may have left; at the latest now, since they hold its port and its jobs. */
export async function endLeftoverApps(dataDir: string): Promise<void> {
  const names = Object.keys(PROGRAMS) as AppName[];
  await Promise.all(names.map((name) => endLeftover(pidFile(name, dataDir), 'SIGTERM', STOP_MS)));
}

/** Stops them all, side by side. */
export async function stopApps(apps: App[]): Promise<void> {
  await Promise.all(apps.map((app) => stopChild(app.child, 'SIGTERM', STOP_MS)));
}

/** What to say of a program that ended by itself. */
export function died(app: App): StartFailure {
  const lines = lastLines(app.log, app.logStart);
  return new StartFailure(`The ${app.name} ended (${ending(app.child)}). Its log, ${app.log}, ends:`, lines);
}

/** Waits until the API says that it and its worker are ready. */
export async function waitUntilReady(
  origin: string,
  apps: App[],
  signal: AbortSignal,
  timeoutMs: number,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  let answer = 'no answer';
  while (performance.now() < end) {
    signal.throwIfAborted();
    const dead = apps.find((app) => ending(app.child) !== undefined);
    if (dead) throw died(dead);
    const response = await ask(`${origin}/ready`);
    if (response?.ok) return;
    if (response) answer = `${response.status} ${(await response.text()).slice(0, 200)}`;
    await Bun.sleep(READY_POLL_MS);
  }
  const logs = apps.flatMap((app) => lastLines(app.log, app.logStart, 6).map((line) => `${app.name}: ${line}`));
  throw new StartFailure(
    `The API was not ready within ${timeoutMs / 1_000} s (/ready: ${answer}). The logs end:`,
    logs,
  );
}

async function ask(url: string): Promise<Response | undefined> {
  try {
    // No proxy of the environment: this is our own machine.
    return await fetch(url, { proxy: false, signal: AbortSignal.timeout(3_000) });
  } catch {
    return undefined;
  }
}

function pidFile(name: AppName, dataDir: string): string {
  return join(places(dataDir).pids, `${name}.pid`);
}
