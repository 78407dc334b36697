import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { refreshTokens, sessions } from '../../db/tables/auth.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';

export type SessionRow = typeof sessions.$inferSelect;
export type RefreshRow = typeof refreshTokens.$inferSelect;
export type RevokeReason = NonNullable<SessionRow['revokedBecause']>;

export async function insertSession(tx: Tx, row: typeof sessions.$inferInsert): Promise<void> {
  await tx.insert(sessions).values(row);
}

export async function insertRefreshToken(tx: Tx, row: typeof refreshTokens.$inferInsert): Promise<void> {
  await tx.insert(refreshTokens).values(row);
}

/** A refresh token with its session and account, locked until the transaction ends, so that one rotation wins. */
export async function lockRefreshToken(tx: Tx, id: string) {
  const [row] = await tx
    .select({
      token: refreshTokens,
      session: sessions,
      user: { isActive: users.isActive, isVerified: users.isVerified },
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(refreshTokens.id, id))
    .for('update', { of: refreshTokens });
  return row;
}

export async function findRefreshToken(tx: Tx, id: string): Promise<RefreshRow | undefined> {
  return (await tx.select().from(refreshTokens).where(eq(refreshTokens.id, id)))[0];
}

export async function markRefreshTokenUsed(tx: Tx, id: string, at: Date, successorId: string): Promise<void> {
  await tx.update(refreshTokens).set({ usedAt: at, successorId }).where(eq(refreshTokens.id, id));
}

export async function prolongSession(tx: Tx, id: string, at: Date, expiresAt: Date): Promise<void> {
  await tx.update(sessions).set({ lastSeenAt: at, expiresAt }).where(eq(sessions.id, id));
}

/** What a request needs to know of its session: whether it stands, and whose it is. */
export async function findStanding(db: Db, sessionId: string, now: Date) {
  const [row] = await db
    .select({ userId: users.id, isAdmin: users.isAdmin })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, sessionId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, now),
        eq(users.isActive, true),
      ),
    );
  return row;
}

export async function listLiveSessions(db: Db, userId: string, now: Date): Promise<SessionRow[]> {
  return db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.lastSeenAt), desc(sessions.id))
    .limit(100);
}

/** Ends one session of a user, or with no `sessionId` all of them; returns the ids that were alive. */
export async function revokeLive(
  db: Db,
  { userId, sessionId, at, because }: { userId: string; sessionId?: string; at: Date; because: RevokeReason },
): Promise<string[]> {
  const rows = await db
    .update(sessions)
    .set({ revokedAt: at, revokedBecause: because })
    .where(
      and(eq(sessions.userId, userId), isNull(sessions.revokedAt), ...(sessionId ? [eq(sessions.id, sessionId)] : [])),
    )
    .returning({ id: sessions.id });
  return rows.map((row) => row.id);
}
