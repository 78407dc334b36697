import { eq, sql } from 'drizzle-orm';
import { characters } from '../../db/tables/characters.ts';
import type { Tx } from '../../db/tx.ts';

export async function incrementChatCount(tx: Tx, characterId: string): Promise<void> {
  await tx
    .update(characters)
    .set({ chatCount: sql`${characters.chatCount} + 1` })
    .where(eq(characters.id, characterId));
}
