import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { preparing } from './prepared.ts';

const STATEMENT_TIMEOUT_MS = 8_000;
/** Between two tries to reach a server that is away. */
const MAX_PAUSE_SECONDS = 0.5;

/** What a query runs on: the pool, or a transaction. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;

export type Database = {
  /** Reads and single statements. */
  pool: Db;
  /** Only `withTx` uses it: its sessions are read-only outside an explicit `begin read write`. */
  transactions: Db;
  /** Resolves when Postgres answers; rejects after its connect timeout. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens the two pools. The second starts its sessions read-only because postgres.js 3.4 goes on with a transaction's
 * callback on a fresh session when the backend dies between two statements: there the rest is refused, not half committed.
 */
export function openDatabase(url: string, poolSize: number): Database {
  const options = (readOnly: boolean): postgres.Options<Record<string, never>> => ({
    max: poolSize,
    connect_timeout: 5,
    // The library's own pauses grow to 20 s, which is far longer than most restarts take.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, MAX_PAUSE_SECONDS),
    idle_timeout: 60,
    onnotice: () => undefined,
    connection: {
      application_name: 'fabula',
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      ...(readOnly ? { default_transaction_read_only: true } : {}),
    },
  });
  const reads = preparing(postgres(url, options(false)), 'read only');
  const writes = preparing(postgres(url, options(true)), 'read write');
  return {
    pool: drizzle(reads, { casing: 'snake_case' }),
    transactions: drizzle(writes, { casing: 'snake_case' }),
    async ping() {
      await reads`select 1`;
    },
    async close() {
      await Promise.all([reads.end({ timeout: 5 }), writes.end({ timeout: 5 })]);
    },
  };
}
