import { and, eq, gt, isNull, ne } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { mailTokens } from '../../db/tables/auth.ts';
import { users } from '../../db/tables/users.ts';
import type { Tx } from '../../db/tx.ts';
import type { MailTokenRow } from './mail-token-queries.ts';
import type { UserRow } from './user-queries.ts';

export async function findMailToken(db: Db, id: string): Promise<MailTokenRow | undefined> {
  return (await db.select().from(mailTokens).where(eq(mailTokens.id, id)))[0];
}

/** The account of an address, locked, so that links to it are issued one after the other. */
export async function lockUserByEmail(tx: Tx, email: string): Promise<UserRow | undefined> {
  return (await tx.select().from(users).where(eq(users.email, email)).for('no key update'))[0];
}

/** Ends the reset links of an address that still work, but for the newest. */
export async function expireOlderResetLinks(tx: Tx, email: string, newestId: string, at: Date): Promise<void> {
  await tx
    .update(mailTokens)
    .set({ expiresAt: at })
    .where(
      and(
        eq(mailTokens.email, email),
        eq(mailTokens.purpose, 'reset'),
        ne(mailTokens.id, newestId),
        isNull(mailTokens.usedAt),
        gt(mailTokens.expiresAt, at),
      ),
    );
}
