import { and, eq, gt, isNull } from 'drizzle-orm';
import { mailTokens } from '../../db/tables/auth.ts';
import type { Tx } from '../../db/tx.ts';

export type MailTokenRow = typeof mailTokens.$inferSelect;

export async function insertMailToken(tx: Tx, row: typeof mailTokens.$inferInsert): Promise<void> {
  await tx.insert(mailTokens).values(row);
}

/** A mailed link's row, locked, so that two openings of one link come one after the other. */
export async function lockMailToken(
  tx: Tx,
  id: string,
  purpose: MailTokenRow['purpose'],
  now: Date,
): Promise<MailTokenRow | undefined> {
  const [row] = await tx
    .select()
    .from(mailTokens)
    .where(and(eq(mailTokens.id, id), eq(mailTokens.purpose, purpose), gt(mailTokens.expiresAt, now)))
    .for('update');
  return row;
}

export async function markMailTokenUsed(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.update(mailTokens).set({ usedAt: at }).where(eq(mailTokens.id, id));
}

/** Uses up the proofs that an address was verified before it had an account; true when there was one. */
export async function consumeProofs(tx: Tx, email: string, provenAfter: Date, at: Date): Promise<boolean> {
  const rows = await tx
    .update(mailTokens)
    .set({ consumedAt: at })
    .where(
      and(
        eq(mailTokens.email, email),
        eq(mailTokens.purpose, 'verify'),
        gt(mailTokens.usedAt, provenAfter),
        isNull(mailTokens.consumedAt),
      ),
    )
    .returning({ id: mailTokens.id });
  return rows.length > 0;
}
