import type { Ctx } from '../../context.ts';
import { characterListItems } from '../characters/items.ts';
import { listCharacters } from '../characters/list.ts';
import { topCharacterIds } from '../metrics/tops.ts';
import { rankedStories } from '../stories/list-items.ts';

export type RankingInput = { kind: 'character' | 'origchat' | 'story'; limit: number };

/**
 * The ranking of the day: characters by how many people wrote to them on the last finished day, filled up by all chats
 * they ever had; stories by their views. Only what everybody may see now.
 */
export async function getDailyRanking(ctx: Ctx, { kind, limit }: RankingInput) {
  if (kind === 'story') return { items: await rankedStories(ctx, { limit }) };
  const ids = await topCharacterIds(ctx, kind);
  const only = kind === 'origchat' ? 'origchat' : 'regular';
  const [ofDay, ofAllTime] = await Promise.all([
    characterListItems(ctx, ids),
    // Everybody of the day may be among them, too.
    listCharacters(ctx, { sort: 'chats', only, skip: 0, limit: limit + ids.length }),
  ]);
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  ofDay.sort((a, b) => (placeOf.get(a.id) ?? 0) - (placeOf.get(b.id) ?? 0));
  return { items: [...ofDay, ...ofAllTime.filter(({ id }) => !placeOf.has(id))].slice(0, limit) };
}
