import type { Database, Db } from './client.ts';

/** A database handle inside a transaction. What must not run outside one takes `Tx`. */
export type Tx = Db & { readonly __transaction: true };

/**
 * Runs `work` in one read-write transaction and returns its result; any throw rolls back. Await nothing but SQL in it:
 * the connection is held, and a slow await keeps locks.
 */
export function withTx<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.transactions.transaction((tx) => work(tx as unknown as Tx));
}

type PostgresError = Error & { code: string; constraint_name?: string };

function postgresError(error: unknown): PostgresError | undefined {
  for (let current = error; current instanceof Error; current = current.cause)
    if ('code' in current && typeof current.code === 'string' && /^[0-9A-Z]{5}$/.test(current.code))
      return current as PostgresError;
  return undefined;
}

/** The name of the unique constraint or index that refused the row, when that is why the statement failed (23505). */
export function violatedUnique(error: unknown): string | undefined {
  const found = postgresError(error);
  return found?.code === '23505' ? (found.constraint_name ?? '') : undefined;
}

/** True when a row is missing that the statement refers to, or is still referred to (23503). */
export function violatedReference(error: unknown): boolean {
  return postgresError(error)?.code === '23503';
}

/** True when the statement can never succeed with these values (classes 22 and 23), however often it is tried. */
export function isDataFault(error: unknown): boolean {
  return /^2[23]/.test(postgresError(error)?.code ?? '');
}

/** True when the server gave the statement up for its time (57014). */
export function isLateStatement(error: unknown): boolean {
  return postgresError(error)?.code === '57014';
}

/** True when the statement may go through at another time: a deadlock or a conflict (class 40), or given up for its time. */
export function isTransient(error: unknown): boolean {
  return /^(40|57014)/.test(postgresError(error)?.code ?? '');
}

/** True when the store itself is away (connection lost, refused, shutting down, timed out), not the statement wrong. */
export function isDatabaseDown(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current ? String(current.code) : '';
    if (
      /^(08|57P0|53300)/.test(code) ||
      /^(ECONNREFUSED|ECONNRESET|CONNECTION_|CONNECT_TIMEOUT|25006|ENOTFOUND)/.test(code)
    )
      return true;
  }
  return false;
}

const PATIENT_TRIES = 8;
const PATIENT_WAIT_MS = 1_000;

/** Tries again for some seconds while Postgres is away: for the end of work that is worth waiting for a restart. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries >= PATIENT_TRIES || !isDatabaseDown(error)) throw error;
      await Bun.sleep(PATIENT_WAIT_MS);
    }
  }
}
