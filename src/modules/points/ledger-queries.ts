import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { pointBalances, pointDebts, pointLedger, pointParked } from '../../db/tables/points.ts';
import { admissionOf, type Entry } from './entry.ts';

export type LedgerRow = typeof pointLedger.$inferSelect;
export type LedgerType = LedgerRow['type'];
export type BalanceRow = typeof pointBalances.$inferSelect;

export type Verdict = { verdict: 'applied' | 'duplicate' | 'insufficient'; version: number; delta: number };

/**
 * Writes entries to the ledger in one statement. Returns the verdict by admission. `deadline` is the server's time after
 * which nothing is written any more (the statement fails then).
 */
export async function applyEntries(db: Db, entries: Entry[], deadline: Date): Promise<Map<string, Verdict>> {
  const rows = entries.map(({ payload, ...entry }) => ({
    admission: admissionOf(entry),
    tx: entry.txId,
    user: entry.userId,
    amount: entry.amountPoints,
    type: payload.type,
    description: payload.description,
    reference_type: payload.referenceType,
    reference_id: payload.referenceId,
    answered: entry.answeredBalance,
    promised: !entry.inWindow,
    at: new Date(payload.at).toISOString(),
  }));
  const answers = await db.execute<{ admission: string; verdict: Verdict['verdict']; version: string; delta: string }>(
    sql`select * from points_apply(${JSON.stringify(rows)}::text::jsonb, ${deadline.toISOString()}::timestamptz)`,
  );
  return new Map(
    answers.map(({ admission, verdict, version, delta }) => [
      admission,
      { verdict, version: Number(version), delta: Number(delta) },
    ]),
  );
}

/** Keeps what could not be read or written; a second time changes nothing. */
export async function parkEntry(db: Db, row: typeof pointParked.$inferInsert): Promise<void> {
  await db.insert(pointParked).values(row).onConflictDoNothing();
}

/** The time of the database server, in ms. */
export async function databaseTimeMs(db: Db): Promise<number> {
  const [row] = await db.execute<{ ms: string }>(sql`select extract(epoch from clock_timestamp()) * 1000 as ms`);
  return Number(row?.ms);
}

/** Settled balance, its version, and which of some txs the ledger has: one statement, so one moment. */
export async function findSettled(
  db: Db,
  userId: string,
  txIds: string[],
): Promise<{ balance: number; version: number; inLedger: string[]; row: BalanceRow | undefined }> {
  const inLedger = sql<string[]>`(
    select coalesce(jsonb_agg(${pointLedger.txId}), '[]') from ${pointLedger}
    where ${pointLedger.txId} in (select jsonb_array_elements_text(${JSON.stringify(txIds)}::text::jsonb)::uuid)
  )`;
  const rows = await db
    .select({ row: pointBalances, inLedger })
    .from(sql`(select ${userId}::uuid as id) as asked`)
    .leftJoin(pointBalances, eq(pointBalances.userId, sql`asked.id`));
  const found = rows[0];
  return {
    balance: found?.row?.balance ?? 0,
    version: found?.row?.version ?? 0,
    inLedger: found?.inLedger ?? [],
    row: found?.row ?? undefined,
  };
}

export async function findLedgerRow(db: Db, txId: string): Promise<LedgerRow | undefined> {
  return (await db.select().from(pointLedger).where(eq(pointLedger.txId, txId)))[0];
}

/** A page of a user's history, newest first. */
export async function listLedger(
  db: Db,
  userId: string,
  { limit, offset, type }: { limit: number; offset: number; type?: LedgerType },
): Promise<LedgerRow[]> {
  const ofType: SQL | undefined = type && eq(pointLedger.type, type);
  return db
    .select()
    .from(pointLedger)
    .where(and(eq(pointLedger.userId, userId), ofType))
    .orderBy(desc(pointLedger.version))
    .limit(limit)
    .offset(offset);
}

/** Sum and number of a user's ledger rows by type. */
export async function sumLedger(db: Db, userId: string): Promise<{ type: LedgerType; points: number; rows: number }[]> {
  const sums = await db
    .select({
      type: pointLedger.type,
      points: sql<string>`sum(${pointLedger.delta})`,
      rows: sql<string>`count(*)`,
    })
    .from(pointLedger)
    .where(eq(pointLedger.userId, userId))
    .groupBy(pointLedger.type);
  return sums.map(({ type, points, rows }) => ({ type, points: Number(points), rows: Number(rows) }));
}

export async function findDebt(db: Db, txId: string): Promise<typeof pointDebts.$inferSelect | undefined> {
  return (await db.select().from(pointDebts).where(eq(pointDebts.txId, txId)))[0];
}

/** Notes what a claw-back could not take; a second time changes nothing. */
export async function insertDebt(db: Db, row: typeof pointDebts.$inferInsert): Promise<void> {
  await db.insert(pointDebts).values(row).onConflictDoNothing();
}
