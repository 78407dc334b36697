import type { Ctx } from '../../context.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { tagIdsFolded } from '../tags/tags.ts';
import { type ListFilter, onlyOf, type Page, searchOf, slugsOf, sortOf } from './list-filter.ts';
import { findLikedPage, findMatches, findPage } from './list-queries.ts';
import type { ListInput, StoryItemView, StoryListView } from './schema.ts';
import { totalOf } from './total.ts';
import { viewItem } from './views.ts';

/** Up to here a search is a list of ids; beyond, so many stories fit that leafing through a list meets them. */
const MOST_MATCHES = 1_000;

/** Public stories. Words of the query that are unknown count as not there; tags that nobody has find nothing. */
export async function listStories(ctx: Ctx, input: ListInput): Promise<StoryListView> {
  const page = { skip: input.skip, limit: input.limit };
  const slugs = slugsOf(input.tags);
  const tagIds = slugs.length > 0 ? await tagIdsFolded(ctx, slugs) : undefined;
  if (tagIds?.length === 0) return { stories: [], total: 0, ...page };
  const text = searchOf(input.search);
  const search = text === '' ? undefined : { text, ids: await findMatches(ctx.db.pool, text, MOST_MATCHES) };
  if (search?.ids?.length === 0) return { stories: [], total: 0, ...page };
  const genre = input.genre?.trim() || undefined;
  return pageOf(
    ctx,
    { sort: sortOf(input.sort), search, tagIds, genre, only: onlyOf(input.only), creatorId: input.creator_id },
    page,
  );
}

async function pageOf(ctx: Ctx, filter: ListFilter, page: Page): Promise<StoryListView> {
  const rows = await findPage(ctx.db.pool, filter, page);
  return { stories: rows.map(viewItem), total: await totalOf(ctx, filter, page, rows.length), ...page };
}

/** One's own stories, private ones too, newest first. */
export async function listMine(ctx: Ctx, actor: Member, input: Page & { search?: string }): Promise<StoryListView> {
  const mine = { sort: 'age', creatorId: actor.userId, viewerId: actor.userId, everything: true } as const;
  const ownSearch = searchOf(input.search) || undefined;
  return pageOf(ctx, { ...mine, ownSearch }, { skip: input.skip, limit: input.limit });
}

/** A person's stories, newest first: all of them for the person and administrators, what lists show for others. */
export async function listOfUser(ctx: Ctx, actor: Actor, userId: string, page: Page): Promise<StoryItemView[]> {
  const viewerId = actor.kind === 'member' ? actor.userId : undefined;
  const everything = viewerId === userId || (actor.kind === 'member' && actor.isAdmin);
  const filter = { sort: 'age', creatorId: userId, viewerId, everything } as const;
  return (await findPage(ctx.db.pool, filter, page)).map(viewItem);
}

/** What one likes and may still see, without webtoons. */
export async function listLiked(ctx: Ctx, actor: Member, page: Page): Promise<StoryItemView[]> {
  return (await findLikedPage(ctx.db.pool, actor.userId, page)).map(viewItem);
}
