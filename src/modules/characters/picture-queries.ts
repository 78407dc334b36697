import { eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characters, type StoredImage } from '../../db/tables/characters.ts';
import type { Tx } from '../../db/tx.ts';

export async function findImages(db: Db, id: string): Promise<StoredImage[]> {
  const [row] = await db.select({ images: characters.imageDescriptions }).from(characters).where(eq(characters.id, id));
  return row?.images ?? [];
}

export async function updateAvatar(tx: Tx, id: string, avatarUrl: string | null, now: Date): Promise<void> {
  await tx.update(characters).set({ avatarUrl, updatedAt: now }).where(eq(characters.id, id));
}
