import { asc, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { paymentProducts } from '../../db/tables/payments.ts';

export type ProductRow = typeof paymentProducts.$inferSelect;

export async function selectProducts(db: Db, isActive: boolean, limit: number): Promise<ProductRow[]> {
  return db
    .select()
    .from(paymentProducts)
    .where(eq(paymentProducts.isActive, isActive))
    .orderBy(asc(paymentProducts.sortOrder), asc(paymentProducts.price), asc(paymentProducts.id))
    .limit(limit);
}

/** Undefined when its seed key is there already. */
export async function insertProduct(db: Db, row: typeof paymentProducts.$inferInsert): Promise<ProductRow | undefined> {
  return (await db.insert(paymentProducts).values(row).onConflictDoNothing().returning())[0];
}
