import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characterSettings, characters } from '../../db/tables/characters.ts';
import type { Tx } from '../../db/tx.ts';

export type SettingsRow = typeof characterSettings.$inferSelect;

/** Settings with the character they are for. */
export async function findSettings(db: Db, characterId: string) {
  const [row] = await db
    .select({ settings: characterSettings, character: characters })
    .from(characters)
    .leftJoin(characterSettings, eq(characterSettings.characterId, characters.id))
    .where(eq(characters.id, characterId));
  return row;
}

/** Writes settings; of an existing row, the given columns. */
export async function upsertSettings(
  tx: Tx,
  row: typeof characterSettings.$inferInsert,
  changes: Partial<typeof characterSettings.$inferInsert>,
): Promise<void> {
  await tx
    .insert(characterSettings)
    .values(row)
    .onConflictDoUpdate({ target: characterSettings.characterId, set: { ...changes, updatedAt: row.updatedAt } });
}
