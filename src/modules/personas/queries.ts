import { and, asc, count, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { userPersonas } from '../../db/tables/personas.ts';
import type { Tx } from '../../db/tx.ts';

export type PersonaRow = typeof userPersonas.$inferSelect;
/** The two marks that only one persona of a user carries at a time. */
export type Mark = 'isActive' | 'isDefault';

const owned = (userId: string, id: string) => and(eq(userPersonas.id, id), eq(userPersonas.userId, userId));

/** Lets one change of a user's personas in at a time, until the transaction ends: a mark moves between two rows. */
export async function lockPersonas(tx: Tx, userId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`personas:${userId}`}, 0))`);
}

/** The default one first, then the newest. */
export async function findPersonas(db: Db, userId: string, max: number): Promise<PersonaRow[]> {
  return db
    .select()
    .from(userPersonas)
    .where(eq(userPersonas.userId, userId))
    .orderBy(desc(userPersonas.isDefault), desc(userPersonas.createdAt), asc(userPersonas.id))
    .limit(max);
}

export async function countPersonas(db: Db, userId: string): Promise<number> {
  const [row] = await db.select({ number: count() }).from(userPersonas).where(eq(userPersonas.userId, userId));
  return row?.number ?? 0;
}

export async function findPersona(db: Db, userId: string, id: string): Promise<PersonaRow | undefined> {
  return (await db.select().from(userPersonas).where(owned(userId, id)))[0];
}

export async function findActivePersona(db: Db, userId: string): Promise<PersonaRow | undefined> {
  return (
    await db
      .select()
      .from(userPersonas)
      .where(and(eq(userPersonas.userId, userId), eq(userPersonas.isActive, true)))
  )[0];
}

export async function insertPersona(tx: Tx, row: typeof userPersonas.$inferInsert): Promise<PersonaRow> {
  const [inserted] = await tx.insert(userPersonas).values(row).returning();
  if (!inserted) throw new Error('insert returned no row');
  return inserted;
}

export async function updatePersona(
  tx: Tx,
  userId: string,
  id: string,
  change: Partial<typeof userPersonas.$inferInsert>,
): Promise<PersonaRow | undefined> {
  return (await tx.update(userPersonas).set(change).where(owned(userId, id)).returning())[0];
}

/** Takes a mark from whichever persona has it. Being marked is no edit: `updated_at` stays. */
export async function takeMark(tx: Tx, userId: string, mark: Mark): Promise<void> {
  await tx
    .update(userPersonas)
    .set({ [mark]: false })
    .where(and(eq(userPersonas.userId, userId), eq(userPersonas[mark], true)));
}

export async function deletePersonaRow(tx: Tx, userId: string, id: string): Promise<PersonaRow | undefined> {
  return (await tx.delete(userPersonas).where(owned(userId, id)).returning())[0];
}

/** The default persona becomes the active one, if there is a default one. */
export async function activateDefault(tx: Tx, userId: string): Promise<void> {
  await tx
    .update(userPersonas)
    .set({ isActive: true })
    .where(and(eq(userPersonas.userId, userId), eq(userPersonas.isDefault, true)));
}
