import type { Ctx } from '../../context.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { tagIdsOf } from '../tags/tags.ts';
import {
  type Gender,
  genderOf,
  genderSlugs,
  noFilter,
  onlyOf,
  type Page,
  searchOf,
  sortOf,
  tagsAndTypes,
} from './list-filter.ts';
import { findLikedPage, findMatches, findPage } from './list-queries.ts';
import type { CharacterItemView, ListInput } from './schema.ts';
import { viewItem } from './views.ts';

/** Up to here a search is a list of ids; beyond, so many characters fit that leafing through a list meets them. */
const MOST_MATCHES = 1_000;

/** Public characters. Words of the query that are unknown count as not there; a tag that nobody has finds nothing. */
export async function listCharacters(ctx: Ctx, input: ListInput): Promise<CharacterItemView[]> {
  const { slugs, types } = tagsAndTypes(input.tags);
  const gender = genderOf(input.gender);
  const ids = await tagIdsOf(ctx, [...slugs, ...gendersLookedUp(gender)]);
  const wanted = [...slugs, ...(gender === 'male' || gender === 'female' ? [genderSlugs[gender]] : [])];
  const tagIds = [...new Set(wanted)].map((slug) => ids.get(slug));
  if (tagIds.includes(undefined)) return [];
  const text = searchOf(input.search);
  const search = text === '' ? undefined : { text, ids: await findMatches(ctx.db.pool, text, MOST_MATCHES) };
  if (search?.ids?.length === 0) return [];
  const filter = {
    ...noFilter,
    // A creator's page is in the order of time unless it asks for another.
    sort: input.creator_id && !input.sort ? 'recent' : sortOf(input.sort),
    search,
    types,
    tagIds: tagIds.filter((id) => id !== undefined),
    withoutTagIds: gender === 'other' ? gendersLookedUp(gender).flatMap((slug) => ids.get(slug) ?? []) : [],
    only: onlyOf(input.only),
    sourceType: input.source_type,
    creatorId: input.creator_id,
  };
  return (await findPage(ctx.db.pool, filter, input)).map(viewItem);
}

function gendersLookedUp(gender: Gender | undefined): string[] {
  if (gender === undefined) return [];
  return gender === 'other' ? Object.values(genderSlugs) : [genderSlugs[gender]];
}

/** One's own characters, private ones too, newest first. */
export async function listMine(ctx: Ctx, actor: Member, input: Page & { only?: string }): Promise<CharacterItemView[]> {
  const filter = {
    ...noFilter,
    creatorId: actor.userId,
    viewerId: actor.userId,
    everything: true,
    only: onlyOf(input.only),
  };
  return (await findPage(ctx.db.pool, filter, input)).map(viewItem);
}

/** A person's characters, newest first: all of them for the person and administrators, what lists show for others. */
export async function listOfUser(ctx: Ctx, actor: Actor, userId: string, page: Page): Promise<CharacterItemView[]> {
  const viewerId = actor.kind === 'member' ? actor.userId : undefined;
  const everything = viewerId === userId || (actor.kind === 'member' && actor.isAdmin);
  return (await findPage(ctx.db.pool, { ...noFilter, creatorId: userId, viewerId, everything }, page)).map(viewItem);
}

/** A person's public characters, the most used first. */
export async function listTop(ctx: Ctx, userId: string, limit: number): Promise<CharacterItemView[]> {
  const filter = { ...noFilter, sort: 'chats' as const, creatorId: userId };
  return (await findPage(ctx.db.pool, filter, { skip: 0, limit })).map(viewItem);
}

/** What one likes and may still see. */
export async function listLiked(ctx: Ctx, actor: Member, page: Page): Promise<CharacterItemView[]> {
  return (await findLikedPage(ctx.db.pool, actor.userId, page)).map(viewItem);
}
