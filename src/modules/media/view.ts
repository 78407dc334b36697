import type { AssetRow } from './queries.ts';
import type { AssetsView, AssetView, EntityRef } from './schema.ts';

/** What a picture belongs to, if to anything. */
export function entityOf(row: AssetRow): EntityRef | undefined {
  if (row.characterId !== null) return { type: 'character', id: row.characterId };
  return row.storyId === null ? undefined : { type: 'story', id: row.storyId };
}

export function viewAsset(row: AssetRow): AssetView {
  const entity = entityOf(row);
  return {
    id: row.id,
    entity_type: entity?.type ?? null,
    entity_id: entity?.id ?? null,
    url: row.url,
    width: row.width,
    height: row.height,
    is_primary: row.isPrimary,
    order_index: row.orderIndex,
    status: 'ready',
    provider: row.provider,
    model: row.model,
    seed: row.seed,
    ratio: ratioOf(row.width, row.height),
    phash: row.phash,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export function viewAssets(rows: AssetRow[]): AssetsView {
  return { items: rows.map(viewAsset) };
}

/** `3:4`, in lowest terms. */
export function ratioOf(width: number, height: number): string {
  let [a, b] = [width, height];
  while (b !== 0) [a, b] = [b, a % b];
  return `${width / a}:${height / a}`;
}
