import { existsSync, readFileSync } from 'node:fs';
import { watchSupervisor } from '../../src/lib/supervisor.ts';

const PARENT_CHECK_MS = 500;
/** SIGHUP is signal 1, the lowest bit of the mask of ignored signals. */
const SIGHUP_BIT = 1n;

/** Calls `stop` for every way in which we are asked to end. It may be called several times. */
export function onStopRequest(stop: (why: string) => void): void {
  process.on('SIGINT', () => stop('Ctrl-C'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  if (!hangupIgnored()) process.on('SIGHUP', () => stop('terminal closed'));
  watchSupervisor(() => stop('supervisor gone'));
  // `bun run` and npm stand between the terminal and us, and die without passing a signal on. A shell that ends does
  // not count: `./scripts/up &` goes on.
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) stop('parent gone');
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** Started by nohup: then a closed terminal must not stop us, and a handler of ours would. */
function hangupIgnored(): boolean {
  const file = '/proc/self/status';
  if (!existsSync(file)) return false;
  const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${mask}`) & SIGHUP_BIT) !== 0n;
}
