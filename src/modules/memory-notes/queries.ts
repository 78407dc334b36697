import { and, asc, count, desc, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { memoryNotes } from '../../db/tables/personas.ts';
import type { Tx } from '../../db/tx.ts';

export type NoteRow = typeof memoryNotes.$inferSelect;

const owned = (userId: string, id: string) => and(eq(memoryNotes.id, id), eq(memoryNotes.userId, userId));
const about = (userId: string, characterId: string) =>
  and(eq(memoryNotes.userId, userId), eq(memoryNotes.characterId, characterId));

/** Lets one new note of a user about a character in at a time, until the transaction ends, so that they can be counted. */
export async function lockNotes(tx: Tx, userId: string, characterId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`notes:${userId}:${characterId}`}, 0))`);
}

/** The newest first. */
export async function findNotes(db: Db, userId: string, characterId: string, max: number): Promise<NoteRow[]> {
  return db
    .select()
    .from(memoryNotes)
    .where(about(userId, characterId))
    .orderBy(desc(memoryNotes.createdAt), asc(memoryNotes.id))
    .limit(max);
}

export async function findActiveNotes(db: Db, userId: string, characterId: string, max: number): Promise<NoteRow[]> {
  return db
    .select()
    .from(memoryNotes)
    .where(and(about(userId, characterId), eq(memoryNotes.isActive, true)))
    .orderBy(desc(memoryNotes.createdAt), asc(memoryNotes.id))
    .limit(max);
}

export async function countNotes(db: Db, userId: string, characterId: string): Promise<number> {
  const [row] = await db.select({ number: count() }).from(memoryNotes).where(about(userId, characterId));
  return row?.number ?? 0;
}

export async function findNote(db: Db, userId: string, id: string): Promise<NoteRow | undefined> {
  return (await db.select().from(memoryNotes).where(owned(userId, id)))[0];
}

export async function insertNote(tx: Tx, row: typeof memoryNotes.$inferInsert): Promise<NoteRow> {
  const [inserted] = await tx.insert(memoryNotes).values(row).returning();
  if (!inserted) throw new Error('insert returned no row');
  return inserted;
}

export async function updateNote(
  tx: Tx,
  userId: string,
  id: string,
  change: Partial<typeof memoryNotes.$inferInsert>,
): Promise<NoteRow | undefined> {
  return (await tx.update(memoryNotes).set(change).where(owned(userId, id)).returning())[0];
}

export async function deleteNoteRow(tx: Tx, userId: string, id: string): Promise<boolean> {
  return (await tx.delete(memoryNotes).where(owned(userId, id)).returning({ id: memoryNotes.id })).length === 1;
}
