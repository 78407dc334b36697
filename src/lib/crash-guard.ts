import type { Logger } from './log.ts';

export type CrashGuard = {
  /** How many lost connections nobody was waiting for, so far. */
  lostConnections(): number;
  /** Takes the handlers off again (tests). */
  release(): void;
};

/** SQLSTATEs of a server that goes away (class 08, 57P01..03), and what the clients and the sockets call it. */
const LOST_CONNECTION_CODE =
  /^(08\w{3}|57P0[123]|CONNECTION_(CLOSED|DESTROYED|ENDED)|CONNECT_TIMEOUT|ECONNRESET|ECONNREFUSED|EPIPE)$/;
const LOST_CONNECTION_TEXT = /^(Connection terminated|Connection is closed|Socket closed unexpectedly)/;

/**
 * True for the errors that a Postgres or Redis that goes away leaves behind in its client, outside of any promise that
 * somebody awaits: postgres.js writes to a socket that is gone from a timer, or rejects a query twice.
 */
export function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && LOST_CONNECTION_CODE.test(String(error.code))) return true;
  if (LOST_CONNECTION_TEXT.test(error.message)) return true;
  return (
    error instanceof TypeError &&
    /\bnull\b.*\bwrite\b|socket\.write/.test(error.message) &&
    /\bnextWrite\b/.test(error.stack ?? '')
  );
}

/**
 * Lets the process outlive connections that break behind its back, and nothing else: those are logged, counted and
 * survived; any other error that nobody caught is logged and handed to `onFatal`, which ends the process.
 */
export function guardProcess(log: Logger, onFatal: (error: unknown) => void): CrashGuard {
  let lost = 0;
  const handle = (origin: string) => (error: unknown) => {
    if (isLostConnection(error)) {
      lost += 1;
      log.warn('a connection was lost behind our back', { origin, lost, error });
      return;
    }
    log.error('an error nobody caught', { origin, error });
    onFatal(error);
  };
  const onException = handle('uncaughtException');
  const onRejection = handle('unhandledRejection');
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  return {
    lostConnections: () => lost,
    release() {
      process.off('uncaughtException', onException);
      process.off('unhandledRejection', onRejection);
    },
  };
}
