import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import { findImages, updateAvatar } from './picture-queries.ts';
import { lockCharacter } from './queries.ts';

/** Whose character it is and which picture it shows; held until the transaction ends. For the media module. */
export async function holdPicture(
  tx: Tx,
  id: string,
): Promise<{ creatorId: string; pictureUrl: string | null } | undefined> {
  const row = await lockCharacter(tx, id);
  return row && { creatorId: row.creatorId, pictureUrl: row.avatarUrl };
}

/** Sets the avatar, or takes it away. Whoever calls it holds the picture and has asked who may. */
export async function setPicture(tx: Tx, id: string, url: string | null, now: Date): Promise<void> {
  await updateAvatar(tx, id, url, now);
}

/** Addresses of images that only those who see all of the character may see. */
export async function hiddenImages(ctx: Ctx, id: string): Promise<Set<string>> {
  const images = await findImages(ctx.db.pool, id);
  return new Set(images.flatMap(({ url, is_public }) => (is_public === false && url ? [url] : [])));
}
