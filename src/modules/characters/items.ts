import type { Ctx } from '../../context.ts';
import { findItems, findListedItems } from './list-queries.ts';
import { viewItem } from './views.ts';

/** The list entries of characters by their ids, for lists of things that belong to characters. Missing ones are left out. */
export async function itemsById(ctx: Ctx, ids: readonly string[], viewerId: string) {
  const unique = [...new Set(ids)];
  const rows = unique.length === 0 ? [] : await findItems(ctx.db.pool, unique, viewerId);
  return new Map(rows.map((row) => [row.id, viewItem(row)]));
}

/** The list entries of those of these characters that everybody may see now, in no order. */
export async function characterListItems(ctx: Ctx, ids: readonly string[]) {
  const unique = [...new Set(ids)];
  return unique.length === 0 ? [] : (await findListedItems(ctx.db.pool, unique)).map(viewItem);
}
