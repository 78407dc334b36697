import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { entities } from './entities.ts';
import { deleteRows, findGallery, movePrimary } from './queries.ts';
import { MAX_ASSETS } from './schema.ts';
import { changing, type HeldEntity, type Target } from './target.ts';

/**
 * Deletes pictures, all or none. Where an entity showed one of them, the next one of its gallery takes its place; with
 * the last one avatar or cover are gone. The files stay: texts and other galleries may show them. Throws
 * `media.not_found`, `media.not_yours`, and `media.bad_assets` for no id at all.
 */
export async function deleteAssets(ctx: Ctx, actor: Member, ids: string[]): Promise<void> {
  if (ids.length === 0) throw fail('media.bad_assets', { params: { problem: 'asset_ids' } });
  await changing(ctx, actor, ids, async (tx, targets, now) => {
    await deleteRows(tx, ids);
    const galleries = Map.groupBy(targets, ({ entity }) => entity);
    for (const [entity, gone] of galleries) if (entity) await closeRanks(tx, entity, gone, now);
  });
}

async function closeRanks(tx: Tx, entity: HeldEntity, gone: Target[], now: Date): Promise<void> {
  const wasShown = gone.some(({ row }) => row.url === entity.pictureUrl);
  const wasPrimary = gone.some(({ row }) => row.isPrimary);
  if (!wasShown && !wasPrimary) return;
  const [next] = await findGallery(tx, entity, MAX_ASSETS);
  if (wasPrimary) await movePrimary(tx, entity, next?.id);
  if (wasShown) await entities[entity.type].setPicture(tx, entity.id, next?.url ?? null, now);
}
