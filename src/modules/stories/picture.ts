import type { Tx } from '../../db/tx.ts';
import { lockCover, updateCover } from './picture-queries.ts';

/** Whose story it is and which cover it shows; held until the transaction ends. For the media module. */
export async function holdStoryCover(
  tx: Tx,
  id: string,
): Promise<{ creatorId: string; pictureUrl: string | null } | undefined> {
  const row = await lockCover(tx, id);
  return row && { creatorId: row.creatorId, pictureUrl: row.coverUrl };
}

/** Sets the cover, or takes it away. Whoever calls it holds the cover and has asked who may. */
export async function setStoryCover(tx: Tx, id: string, url: string | null, now: Date): Promise<void> {
  await updateCover(tx, id, url, now);
}
