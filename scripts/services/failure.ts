import { existsSync, readFileSync, statSync } from 'node:fs';

/** A start that failed for a reason a person can act on: one sentence, and lines of a log where they help. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';

  constructor(
    message: string,
    readonly details: string[] = [],
  ) {
    super(message);
  }
}

/** What a command prints of an error: never a stack trace for what a person can put right. */
export function explain(error: unknown): string {
  if (error instanceof StartFailure) return [error.message, ...error.details.map((line) => `  | ${line}`)].join('\n');
  if (error instanceof Error && error.name === 'ConfigError') return error.message;
  if (error instanceof Error) return error.stack ?? error.message;
  return String(error);
}

/** The last lines of a log file that were written after its first `from` bytes. */
export function lastLines(file: string, from = 0, count = 12): string[] {
  if (!existsSync(file)) return [];
  const written = readFileSync(file).subarray(from).toString('utf8');
  const lines = written.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count);
}

/** The length of a log file in bytes, so that a later look sees only what came after. */
export function logSize(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** The code of a system error (`ECONNREFUSED`), or an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The first line of what lies at the bottom of an error: wrappers put whole queries on top. */
export function deepestMessage(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return deepestMessage(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? '';
}
