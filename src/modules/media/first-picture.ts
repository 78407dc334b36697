import type { Tx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import type { StoredImage } from '../files/upload.ts';
import { insertAssets } from './queries.ts';
import type { EntityRef } from './schema.ts';

/**
 * Makes a stored image the main picture of a gallery that has none yet, inside the transaction that creates its
 * character or story; the caller sets avatar or cover itself.
 */
export async function insertFirstPicture(
  tx: Tx,
  picture: { ownerId: string; entity: EntityRef; image: StoredImage; provider: string; now: Date },
): Promise<void> {
  const { ownerId, entity, image, provider, now } = picture;
  const { url, width, height, phash } = image;
  await insertAssets(tx, [
    {
      ...{ id: newId(), ownerId, [entity.type === 'character' ? 'characterId' : 'storyId']: entity.id },
      ...{ url, width, height, phash, provider, isPrimary: true, createdAt: now, updatedAt: now },
    },
  ]);
}
