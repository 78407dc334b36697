import { and, asc, count, desc, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';

/** A page of accounts, newest first, without what belongs to nobody but the account (its hash). */
export async function findAccountPage(db: Db, { skip, limit }: { skip: number; limit: number }) {
  return db
    .select({
      id: users.id,
      email: users.email,
      username: users.username,
      isAdmin: users.isAdmin,
      isActive: users.isActive,
      createdAt: users.createdAt,
      lastLoginAt: users.lastLoginAt,
    })
    .from(users)
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(limit)
    .offset(skip);
}

export async function countAccounts(db: Db): Promise<number> {
  return (await db.select({ n: count() }).from(users))[0]?.n ?? 0;
}

/** The administrators who can act, locked until the transaction ends: who may leave is decided one at a time. */
export async function lockActiveAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.isAdmin, true), eq(users.isActive, true)))
    .orderBy(asc(users.id))
    .for('update');
  return rows.map(({ id }) => id);
}

/** Switches an account on or off; undefined when there is none. */
export async function updateIsActive(tx: Tx, userId: string, isActive: boolean, at: Date) {
  const [row] = await tx
    .update(users)
    .set({ isActive, updatedAt: at })
    .where(eq(users.id, userId))
    .returning({ id: users.id, isActive: users.isActive });
  return row;
}
