import { and, eq, inArray, notInArray } from 'drizzle-orm';
import { characters } from '../../db/tables/characters.ts';
import type { Tx } from '../../db/tx.ts';

/** Which of these exist; held against deletion until the transaction ends. */
export async function holdIds(tx: Tx, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .select({ id: characters.id })
    .from(characters)
    .where(inArray(characters.id, ids))
    .orderBy(characters.id)
    .for('key share');
  return rows.map(({ id }) => id);
}

export async function findDerivedIds(tx: Tx, storyId: string, keep: string[]): Promise<string[]> {
  const rows = await tx
    .select({ id: characters.id })
    .from(characters)
    .where(and(eq(characters.originStoryId, storyId), keep.length > 0 ? notInArray(characters.id, keep) : undefined))
    .orderBy(characters.id);
  return rows.map(({ id }) => id);
}

export async function deleteRows(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length > 0) await tx.delete(characters).where(inArray(characters.id, ids));
}
