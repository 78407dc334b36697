import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';

const POLL_MS = 10;

/** A port that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Whether something accepts connections there. */
export function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** The reason why we cannot listen there (`EADDRINUSE`, `EACCES`), or undefined when we can. */
export async function cannotListen(port: number, host: string): Promise<string | undefined> {
  // Some systems let two processes listen on one port at different addresses; then only one of them is reached.
  if (await accepts(port)) return 'EADDRINUSE';
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** A program's full path as the shell would find it. */
export function which(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** A child of ours, whatever its pipes. */
export type Child = Bun.Subprocess;

/** How a child ended: its exit code or signal; undefined while it runs. */
export function ending(child: Child): string | undefined {
  if (child.signalCode) return `signal ${child.signalCode}`;
  return child.exitCode === null ? undefined : `code ${child.exitCode}`;
}

/** Starts a program in a process group of its own, so that a terminal's Ctrl-C reaches only us and we stop it in order. */
export function spawnService(command: string[], log: string, options: SpawnOptions = {}): Child {
  const output = openSync(log, 'a', 0o600);
  try {
    return Bun.spawn(command, { ...options, detached: true, stdin: 'ignore', stdout: output, stderr: output });
  } finally {
    closeSync(output);
  }
}

type SpawnOptions = { cwd?: string; env?: Record<string, string | undefined>; uid?: number; gid?: number };

/** Polls until `ready` says yes. False: the child ended first, or the time is over. */
export async function comesUp(child: Child, ready: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end && ending(child) === undefined) {
    if (await ready()) return true;
    await Bun.sleep(POLL_MS);
  }
  return false;
}

/** Asks a child to end, and ends it by force when it has not within the time. Safe to call again and on a dead child. */
export async function stopChild(child: Child, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (ending(child) !== undefined) return;
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  child.kill(signal);
  await child.exited;
  clearTimeout(force);
}

/** The command line of a process, empty when there is none with this id. */
export function commandLine(pid: number): string {
  const proc = `/proc/${pid}/cmdline`;
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(proc, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
  return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** A child's pid file: its id, and the text in its command line by which a later run recognises it. */
export function writePidFile(file: string, pid: number, mark: string): void {
  writeFileSync(file, `${pid}\n${mark}\n`);
}

/** Ends what an earlier run that was killed left behind according to its pid file. */
export async function endLeftover(pidFile: string, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (!existsSync(pidFile)) return;
  const [pid, mark] = readFileSync(pidFile, 'utf8').split('\n');
  if (mark) await endProcess(Number(pid), mark, signal, graceMs);
  rmSync(pidFile, { force: true });
}

/** Ends a process that is not our child, but only if its command line bears the mark: process ids are reused. */
export async function endProcess(pid: number, mark: string, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const lives = () => commandLine(pid).includes(mark);
  const send = (what: NodeJS.Signals) => {
    try {
      process.kill(pid, what);
    } catch {
      // It ended in this moment, or it is another user's: then the start that follows says what is in the way.
    }
  };
  if (!(pid > 1) || !lives()) return;
  send(signal);
  const end = performance.now() + graceMs;
  while (lives() && performance.now() < end) await Bun.sleep(POLL_MS);
  if (!lives()) return;
  send('SIGKILL');
  while (lives() && performance.now() < end + 2_000) await Bun.sleep(POLL_MS);
}
