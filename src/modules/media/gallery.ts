import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { entities } from './entities.ts';
import { type AssetRow, attachAsset, findGallery, lockAssets, movePrimary, reorder, updateAsset } from './queries.ts';
import { type AssetsView, type AssetView, type EntityRef, MAX_ASSETS } from './schema.ts';
import { changingOne } from './target.ts';
import { entityOf, viewAsset, viewAssets } from './view.ts';

/**
 * Puts pictures into the gallery of one's character or story, behind those that are there. The first of them becomes
 * the main one when `asPrimary` says so, or when nothing is said and there is no picture yet; the main picture is the
 * entity's avatar or cover. Pictures that are in this gallery already are no error. Throws the entity's 404 and 403,
 * `media.bad_assets` and `media.too_many` (400).
 */
export async function attachAssets(
  ctx: Ctx,
  actor: Member,
  entity: EntityRef,
  input: { assetIds: string[]; asPrimary: boolean | undefined },
): Promise<AssetsView> {
  const now = ctx.clock.now();
  return withTx(ctx.db, async (tx) => {
    const { hold, own, setPicture } = entities[entity.type];
    const held = own(actor, await hold(tx, entity.id));
    const rows = await usable(tx, actor, entity, input.assetIds);
    const present = await findGallery(tx, entity, MAX_ASSETS);
    const coming = rows.filter((row) => entityOf(row) === undefined);
    if (present.length + coming.length > MAX_ASSETS) throw fail('media.too_many', { params: { max: MAX_ASSETS } });
    let next = Math.max(-1, ...present.map(({ orderIndex }) => orderIndex)) + 1;
    for (const { id } of coming) await attachAsset(tx, id, entity, next++, now);
    const bare = held.pictureUrl === null && !present.some(({ isPrimary }) => isPrimary);
    const [first] = rows;
    if (first && (input.asPrimary ?? bare)) {
      await movePrimary(tx, entity, first.id);
      await setPicture(tx, entity.id, first.url, now);
    }
    return viewAssets(await findGallery(tx, entity, MAX_ASSETS));
  });
}

/** The named pictures in the order they were named: all there, all the caller's, none in another gallery. */
async function usable(tx: Tx, actor: Member, entity: EntityRef, ids: string[]): Promise<AssetRow[]> {
  const bad = (problem: string) => fail('media.bad_assets', { params: { problem } });
  if (ids.length === 0) throw bad('asset_ids');
  const found = new Map((await lockAssets(tx, ids)).map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = found.get(id);
    const place = row && entityOf(row);
    // Somebody else's picture is as good as none: its id is not confirmed.
    if (!row || row.ownerId !== actor.userId || (place && place.id !== entity.id)) throw bad(id);
    return row;
  });
}

/** Orders a gallery: the named pictures first, the others behind them as they were. Throws as `attachAssets`. */
export async function orderAssets(ctx: Ctx, actor: Member, entity: EntityRef, ids: string[]): Promise<AssetsView> {
  return withTx(ctx.db, async (tx) => {
    const { hold, own } = entities[entity.type];
    own(actor, await hold(tx, entity.id));
    const rows = await findGallery(tx, entity, MAX_ASSETS);
    const stranger = ids.find((id) => !rows.some((row) => row.id === id));
    if (stranger !== undefined || ids.length === 0)
      throw fail('media.bad_assets', { params: { problem: stranger ?? 'ordered_ids' } });
    const rest = rows.toSorted((a, b) => a.orderIndex - b.orderIndex).map(({ id }) => id);
    await reorder(tx, entity, [...new Set([...ids, ...rest])], ctx.clock.now());
    return viewAssets(await findGallery(tx, entity, MAX_ASSETS));
  });
}

/**
 * Changes place or rank of one picture. Being made the main one makes it the entity's avatar or cover; ceasing to be it
 * leaves that as it is. Throws `media.not_found`, `media.not_yours` and `media.not_attached`.
 */
export async function changeAsset(
  ctx: Ctx,
  actor: Member,
  id: string,
  change: { isPrimary: boolean | undefined; orderIndex: number | undefined },
): Promise<AssetView> {
  const { isPrimary, orderIndex } = change;
  return changingOne(ctx, actor, id, async (tx, { row, entity }, now) => {
    if (isPrimary && !entity) throw fail('media.not_attached');
    if (entity && isPrimary) {
      await movePrimary(tx, entity, id);
      await entities[entity.type].setPicture(tx, entity.id, row.url, now);
    }
    if (entity && isPrimary === false && row.isPrimary) await movePrimary(tx, entity, undefined);
    const changed = isPrimary !== undefined || orderIndex !== undefined;
    const placed = orderIndex === undefined ? {} : { orderIndex };
    const after = changed ? await updateAsset(tx, id, { ...placed, updatedAt: now }) : row;
    return viewAsset(after ?? row);
  });
}
