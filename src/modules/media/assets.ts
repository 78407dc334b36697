import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { type FilePieces, saveImages } from '../files/upload.ts';
import { entities } from './entities.ts';
import { findGallery, findLoose, insertAssets } from './queries.ts';
import { type AssetsView, type EntityRef, MAX_ASSETS } from './schema.ts';
import { viewAssets } from './view.ts';

/**
 * The gallery of a character or story, as far as the caller may see it; without an entity what the caller has uploaded
 * and not attached. Throws 404, 403 and 401 of the entity.
 */
export async function listAssets(ctx: Ctx, actor: Actor, entity: EntityRef | undefined): Promise<AssetsView> {
  if (!entity) {
    if (actor.kind === 'guest') throw fail('auth.not_authenticated');
    return viewAssets(await findLoose(ctx.db.pool, actor.userId, MAX_ASSETS));
  }
  const hidden = await entities[entity.type].look(ctx, actor, entity.id);
  const rows = await findGallery(ctx.db.pool, entity, MAX_ASSETS);
  return viewAssets(rows.filter(({ url }) => !hidden.has(url)));
}

/** Stores images as pictures that belong to nothing yet. Throws as `saveImages`. */
export async function uploadAssets(ctx: Ctx, actor: Member, pieces: FilePieces): Promise<AssetsView> {
  const images = await saveImages(ctx, pieces);
  const now = ctx.clock.now();
  const rows = images.map(({ url, width, height, phash }) => ({
    ...{ id: newId(), ownerId: actor.userId, url, width, height, phash, provider: 'upload' },
    ...{ createdAt: now, updatedAt: now },
  }));
  return viewAssets(await withTx(ctx.db, (tx) => insertAssets(tx, rows)));
}
