import { and, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characters } from '../../db/tables/characters.ts';
import type { Tx } from '../../db/tx.ts';

export type EmptyTexts = {
  personality?: string | null;
  speechStyle?: string | null;
  greeting?: string | null;
  worldSetting?: string | null;
  backgroundStory?: string | null;
};

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

export async function findUndrawn(db: Db, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: characters.id })
    .from(characters)
    .where(and(inArray(characters.id, ids), isNull(characters.personality)));
  return rows.map(({ id }) => id);
}

/** Sets texts where there are none. */
export async function fillTexts(tx: Tx, id: string, texts: EmptyTexts, now: Date): Promise<void> {
  const { personality, speechStyle, greeting, worldSetting, backgroundStory } = characters;
  await tx
    .update(characters)
    .set({
      personality: sql`coalesce(${personality}, ${texts.personality ?? null})`,
      speechStyle: sql`coalesce(${speechStyle}, ${texts.speechStyle ?? null})`,
      greeting: sql`coalesce(${greeting}, ${texts.greeting ?? null})`,
      worldSetting: sql`coalesce(${worldSetting}, ${texts.worldSetting ?? null})`,
      backgroundStory: sql`coalesce(${backgroundStory}, ${texts.backgroundStory ?? null})`,
      updatedAt: now,
    })
    .where(eq(characters.id, id));
}

export async function deleteRows(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length > 0) await tx.delete(characters).where(inArray(characters.id, ids));
}
