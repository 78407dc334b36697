import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { adminAudit } from '../../db/tables/admin-audit.ts';
import type { Tx } from '../../db/tx.ts';

export type AuditRow = typeof adminAudit.$inferInsert;

export async function insertAuditRow(db: Db, row: AuditRow): Promise<void> {
  await db.insert(adminAudit).values(row);
}

/** Writes the row of an act, or completes the one that was opened for its request. */
export async function completeAuditRow(tx: Tx, row: AuditRow): Promise<void> {
  const { outcome, action, target, details } = row;
  await tx
    .insert(adminAudit)
    .values(row)
    .onConflictDoUpdate({
      target: adminAudit.id,
      set: {
        outcome,
        action,
        target: target ?? sql`${adminAudit.target}`,
        details: sql`nullif(coalesce(${adminAudit.details}, '{}') || ${JSON.stringify(details ?? {})}::text::jsonb, '{}')`,
      },
    });
}

/** Says that an opened act was done, unless its own transaction said so. */
export async function closeAuditRow(db: Db, id: string, target: string | undefined): Promise<void> {
  await db
    .update(adminAudit)
    .set({ outcome: 'done', target: sql`coalesce(${adminAudit.target}, ${target ?? null})` })
    .where(and(eq(adminAudit.id, id), eq(adminAudit.outcome, 'attempted')));
}
