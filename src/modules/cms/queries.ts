import { and, desc, eq, lte, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { siteConfigRevisions, siteConfigs } from '../../db/tables/cms.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';

export type StoredDocument = { value: unknown; schemaVersion: number; version: number };
export type Revision = typeof siteConfigRevisions.$inferInsert;

export async function findDocument(db: Db, key: string): Promise<StoredDocument | undefined> {
  const { value, schemaVersion, version } = siteConfigs;
  return (await db.select({ value, schemaVersion, version }).from(siteConfigs).where(eq(siteConfigs.key, key)))[0];
}

type Write = { key: string; value: unknown; schemaVersion: number; updatedBy: string | null; now: Date };

/**
 * Replaces a document and gives its new version. With `expected` only that version of it (0: none yet); otherwise nothing
 * is written, and undefined.
 */
export async function writeDocument(tx: Tx, write: Write, expected: number | undefined): Promise<number | undefined> {
  const { key, now, ...columns } = write;
  const set = { ...columns, version: sql`${siteConfigs.version} + 1`, updatedAt: now };
  if (expected !== undefined && expected !== 0) {
    const which = and(eq(siteConfigs.key, key), eq(siteConfigs.version, expected));
    const rows = await tx.update(siteConfigs).set(set).where(which).returning({ version: siteConfigs.version });
    return rows[0]?.version;
  }
  const rows = await tx
    .insert(siteConfigs)
    .values({ key, ...columns, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({ target: siteConfigs.key, set, setWhere: expected === 0 ? sql`false` : undefined })
    .returning({ version: siteConfigs.version });
  return rows[0]?.version;
}

/** Keeps what was written, and the `keep` revisions up to it. */
export async function insertRevision(tx: Tx, row: Revision, keep: number): Promise<void> {
  await tx.insert(siteConfigRevisions).values(row);
  await tx
    .delete(siteConfigRevisions)
    .where(and(eq(siteConfigRevisions.key, row.key), lte(siteConfigRevisions.version, row.version - keep)));
}

/** The revisions of a document, newest first, without what they hold. */
export async function findRevisions(db: Db, key: string) {
  const { version, origin, restoredVersion, createdAt } = siteConfigRevisions;
  return db
    .select({ version, origin, restoredVersion, createdAt, username: users.username })
    .from(siteConfigRevisions)
    .leftJoin(users, eq(users.id, siteConfigRevisions.createdBy))
    .where(eq(siteConfigRevisions.key, key))
    .orderBy(desc(version));
}

export async function findRevision(db: Db, key: string, version: number) {
  const which = and(eq(siteConfigRevisions.key, key), eq(siteConfigRevisions.version, version));
  return (await db.select().from(siteConfigRevisions).where(which))[0];
}
