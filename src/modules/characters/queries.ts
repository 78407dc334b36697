import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characterExampleDialogues, characterSettings, characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

export type CharacterRow = typeof characters.$inferSelect;
type Columns = Partial<typeof characters.$inferInsert>;

/** A row of `characters` that everybody may see: public, switched on, and from no story that is private. */
export const openToAll = sql`is_public and is_active and not exists(
  select 1 from stories s where s.id = characters.origin_story_id and s.deleted_at is null and not s.is_public)`;

export async function insertCharacterRow(tx: Tx, row: typeof characters.$inferInsert): Promise<void> {
  await tx.insert(characters).values(row);
}

export async function updateCharacterRow(tx: Tx, id: string, columns: Columns): Promise<CharacterRow | undefined> {
  return (await tx.update(characters).set(columns).where(eq(characters.id, id)).returning())[0];
}

/** The row, held until the transaction ends, so that two edits come one after the other. */
export async function lockCharacter(tx: Tx, id: string): Promise<CharacterRow | undefined> {
  return (await tx.select().from(characters).where(eq(characters.id, id)).for('no key update'))[0];
}

/** What decides who may see and change a character. */
export async function findAccess(db: Db, id: string) {
  const [row] = await db
    .select({
      id: characters.id,
      creatorId: characters.creatorId,
      isPublic: characters.isPublic,
      isActive: characters.isActive,
      likeCount: characters.likeCount,
      storyId: characters.originStoryId,
      storyCreatorId: stories.creatorId,
      storyIsPublic: stories.isPublic,
      storyDeletedAt: stories.deletedAt,
    })
    .from(characters)
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(eq(characters.id, id));
  return row;
}

/** Everything that belongs to the character goes by its foreign keys. False when there was no such row. */
export async function deleteCharacterRow(tx: Tx, id: string, creatorId: string): Promise<boolean> {
  const rows = await tx
    .delete(characters)
    .where(and(eq(characters.id, id), eq(characters.creatorId, creatorId)))
    .returning({ id: characters.id });
  return rows.length === 1;
}

export async function insertSettingsRow(tx: Tx, row: typeof characterSettings.$inferInsert): Promise<void> {
  await tx.insert(characterSettings).values(row).onConflictDoNothing();
}

export async function replaceDialogues(
  tx: Tx,
  characterId: string,
  rows: (typeof characterExampleDialogues.$inferInsert)[],
): Promise<void> {
  await tx.delete(characterExampleDialogues).where(eq(characterExampleDialogues.characterId, characterId));
  if (rows.length > 0) await tx.insert(characterExampleDialogues).values(rows);
}

/** Sets visibility to a value, or to the other one. Undefined when there is no such character. */
export async function setVisibility(
  tx: Tx,
  id: string,
  isPublic: boolean | undefined,
  now: Date,
): Promise<CharacterRow | undefined> {
  const next = isPublic ?? sql`not ${characters.isPublic}`;
  return (
    await tx
      .update(characters)
      .set({ isPublic: next as boolean, updatedAt: now })
      .where(eq(characters.id, id))
      .returning()
  )[0];
}
