import { and, eq, inArray, or } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';

export type UserRow = typeof users.$inferSelect;

export async function findUserByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  return (await db.select().from(users).where(eq(users.email, email)))[0];
}

export async function findUserById(db: Db, id: string): Promise<UserRow | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)))[0];
}

/** Which of an e-mail address and a username belong to somebody. */
export async function findTaken(
  db: Db,
  email: string,
  username: string,
): Promise<{ email: boolean; username: boolean }> {
  const rows = await db
    .select({ email: users.email, username: users.username })
    .from(users)
    .where(or(eq(users.email, email), eq(users.username, username)));
  return {
    email: rows.some((row) => row.email === email),
    username: rows.some((row) => row.username === username),
  };
}

/** Those of the given usernames that are in use. */
export async function findUsedUsernames(db: Db, usernames: string[]): Promise<Set<string>> {
  const rows = await db.select({ username: users.username }).from(users).where(inArray(users.username, usernames));
  return new Set(rows.map((row) => row.username));
}

export async function insertUser(tx: Tx, row: typeof users.$inferInsert): Promise<UserRow> {
  const [inserted] = await tx.insert(users).values(row).returning();
  if (!inserted) throw new Error('insert returned no row');
  return inserted;
}

export async function markVerified(tx: Tx, userId: string): Promise<void> {
  await tx
    .update(users)
    .set({ isVerified: true, updatedAt: new Date() })
    .where(and(eq(users.id, userId), eq(users.isVerified, false)));
}

export async function updatePasswordHash(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.update(users).set({ passwordHash, updatedAt: new Date() }).where(eq(users.id, userId));
}

export async function noteLogin(tx: Tx, userId: string, at: Date, rehashed: string | undefined): Promise<void> {
  await tx
    .update(users)
    .set({ lastLoginAt: at, ...(rehashed ? { passwordHash: rehashed } : {}) })
    .where(eq(users.id, userId));
}

/** Makes an account verified and active, and an admin or none. */
export async function promote(tx: Tx, userId: string, isAdmin: boolean): Promise<void> {
  await tx
    .update(users)
    .set({ isAdmin, isVerified: true, isActive: true, updatedAt: new Date() })
    .where(eq(users.id, userId));
}

/** Changes what a member may change of himself. The unique index on usernames may refuse it. */
export async function updateProfile(
  db: Db,
  userId: string,
  columns: Partial<
    Pick<UserRow, 'username' | 'avatarUrl' | 'bio' | 'preferredModel' | 'preferredSubModel' | 'responseLengthPref'>
  >,
  at: Date,
): Promise<UserRow | undefined> {
  return (
    await db
      .update(users)
      .set({ ...columns, updatedAt: at })
      .where(eq(users.id, userId))
      .returning()
  )[0];
}
