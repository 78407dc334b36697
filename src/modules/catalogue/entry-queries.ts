import type { Db } from '../../db/client.ts';
import { catalogueEntries } from '../../db/tables/catalogue.ts';
import type { Tx } from '../../db/tx.ts';

/** False when the key is there already; waits for a transaction that is entering it. */
export async function insertEntry(tx: Tx, entry: typeof catalogueEntries.$inferInsert): Promise<boolean> {
  const inserted = await tx
    .insert(catalogueEntries)
    .values(entry)
    .onConflictDoNothing()
    .returning({ key: catalogueEntries.key });
  return inserted.length === 1;
}

export async function findEntries(db: Db) {
  const { key, entityId } = catalogueEntries;
  return db.select({ key, entityId }).from(catalogueEntries);
}
