import type { Ctx } from '../../context.ts';
import { safePrefix } from '../../lib/text.ts';
import { characterListItems } from '../characters/items.ts';
import { storyListItems } from '../stories/list-items.ts';
import type { Pick, Slot } from './slots.ts';

/** A card shows its beginning. */
const DESCRIPTION_MAX_CHARS = 300;

type CharacterItem = Awaited<ReturnType<typeof characterListItems>>[number];
type StoryItem = Awaited<ReturnType<typeof storyListItems>>[number];
export type ShownPick = { type: Pick['type']; item: Record<string, unknown> & { id: string } };
export type ShownSlot = Omit<Slot, 'contentPicks'> & { contentPicks: ShownPick[] };

/**
 * Slots with what their picks are at this moment: one query for all characters, one for all stories. What is private,
 * switched off or deleted by now is left out, and comes back when it is public again.
 */
export async function showSlots(ctx: Ctx, slots: Slot[]): Promise<ShownSlot[]> {
  const picks = slots.flatMap(({ contentPicks }) => contentPicks);
  const idsOf = (type: Pick['type']) => picks.flatMap((pick) => (pick.type === type ? [pick.id] : []));
  const [characters, stories] = await Promise.all([
    characterListItems(ctx, idsOf('character')),
    storyListItems(ctx, idsOf('story')),
  ]);
  const items = {
    character: new Map(characters.map((view) => [view.id, characterItem(view)])),
    story: new Map(stories.map((view) => [view.id, storyItem(view)])),
  };
  return slots.map((slot) => ({
    ...slot,
    contentPicks: slot.contentPicks.flatMap(({ type, id }) => {
      const item = items[type].get(id);
      return item ? [{ type, item }] : [];
    }),
  }));
}

/** While nobody can say what may be shown, nothing is. */
export function showSlotsWithoutPicks(slots: Slot[]): ShownSlot[] {
  return slots.map((slot) => ({ ...slot, contentPicks: [] }));
}

function characterItem(view: CharacterItem) {
  return {
    id: view.id,
    name: view.name,
    description: view.description && safePrefix(view.description, DESCRIPTION_MAX_CHARS),
    avatar_url: view.avatar_url,
    thumbnail_url: view.thumbnail_url,
    origin_story_id: view.origin_story_id,
    origin_story_title: view.origin_story_title,
    is_origchat: view.is_origchat,
    source_type: view.source_type,
    character_type: view.character_type,
    tags: view.tags,
    chat_count: view.chat_count,
    like_count: view.like_count,
    creator_id: view.creator_id,
    creator_username: view.creator_username,
    creator_avatar_url: view.creator_avatar_url,
    created_at: view.created_at,
    updated_at: view.updated_at,
  };
}

function storyItem(view: StoryItem) {
  return {
    id: view.id,
    title: view.title,
    excerpt: view.excerpt,
    cover_url: view.cover_url,
    is_webtoon: view.is_webtoon,
    is_origchat: view.is_origchat,
    view_count: view.view_count,
    like_count: view.like_count,
    tags: view.tags,
    creator_id: view.creator_id,
    creator_username: view.creator_username,
    creator_avatar_url: view.creator_avatar_url,
    created_at: view.created_at,
  };
}
