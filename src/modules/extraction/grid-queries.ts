import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characters } from '../../db/tables/characters.ts';
import { storyExtractedCharacters } from '../../db/tables/story-cast.ts';
import type { Tx } from '../../db/tx.ts';

export type GridRow = typeof storyExtractedCharacters.$inferSelect;
export type NewGridRow = typeof storyExtractedCharacters.$inferInsert;
export type ShownRow = Awaited<ReturnType<typeof findShown>>[number];

const inOrder = [
  asc(storyExtractedCharacters.orderIndex),
  asc(storyExtractedCharacters.createdAt),
  asc(storyExtractedCharacters.id),
];

/** The rows of a story's grid. */
export async function findGrid(db: Db, storyId: string): Promise<GridRow[]> {
  return db
    .select()
    .from(storyExtractedCharacters)
    .where(eq(storyExtractedCharacters.storyId, storyId))
    .orderBy(...inOrder);
}

/** The grid with what is shown of its characters; with `all`, those that not everybody may see, too. */
export async function findShown(db: Db, storyId: string, all: boolean) {
  return db
    .select({
      row: storyExtractedCharacters,
      character: {
        avatarUrl: characters.avatarUrl,
        updatedAt: characters.updatedAt,
        isPublic: characters.isPublic,
      },
    })
    .from(storyExtractedCharacters)
    .innerJoin(characters, eq(characters.id, storyExtractedCharacters.characterId))
    .where(
      and(
        eq(storyExtractedCharacters.storyId, storyId),
        all ? undefined : sql`${characters.isPublic} and ${characters.isActive}`,
      ),
    )
    .orderBy(...inOrder);
}

export async function findGridRow(db: Db, storyId: string, id: string): Promise<GridRow | undefined> {
  const { id: rowId, storyId: story } = storyExtractedCharacters;
  return (
    await db
      .select()
      .from(storyExtractedCharacters)
      .where(and(eq(rowId, id), eq(story, storyId)))
  )[0];
}

export async function deleteGrid(tx: Tx, storyId: string): Promise<void> {
  await tx.delete(storyExtractedCharacters).where(eq(storyExtractedCharacters.storyId, storyId));
}

export async function insertGrid(tx: Tx, rows: NewGridRow[]): Promise<void> {
  await tx.insert(storyExtractedCharacters).values(rows);
}

/** Gives a person without a character one; false when there is one meanwhile, or the person is gone. */
export async function linkCharacter(tx: Tx, rowId: string, characterId: string): Promise<boolean> {
  const { id, characterId: linked } = storyExtractedCharacters;
  const rows = await tx
    .update(storyExtractedCharacters)
    .set({ characterId })
    .where(and(eq(id, rowId), sql`${linked} is null`))
    .returning({ id });
  return rows.length === 1;
}
