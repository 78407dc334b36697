import type { Ctx } from '../../context.ts';
import { findItems, findPage } from './list-queries.ts';
import type { StoryItemView } from './schema.ts';
import { viewItem } from './views.ts';

/** The list entries of public stories by their ids, in the order of the ids. Others are left out. */
export async function storyListItems(ctx: Ctx, ids: readonly string[]): Promise<StoryItemView[]> {
  const unique = [...new Set(ids)];
  const rows = unique.length === 0 ? [] : await findItems(ctx.db.pool, unique);
  const found = new Map(rows.map((row) => [row.id, viewItem(row)]));
  return unique.flatMap((id) => found.get(id) ?? []);
}

/** Public stories, the most read first, then the most liked. */
export async function rankedStories(ctx: Ctx, { limit }: { limit: number }): Promise<StoryItemView[]> {
  return (await findPage(ctx.db.pool, { sort: 'views' }, { skip: 0, limit })).map(viewItem);
}
