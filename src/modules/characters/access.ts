import type { Ctx } from '../../context.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { findAccess } from './queries.ts';

export type CharacterAccess = NonNullable<Awaited<ReturnType<typeof findAccess>>>;
type Seen = Pick<CharacterAccess, 'creatorId' | 'isPublic' | 'isActive'>;
type OriginStory = { storyCreatorId: string | null; storyIsPublic: boolean | null; storyDeletedAt: Date | null };

/** The owner and administrators see everything of a character. */
export function seesAll(actor: Actor, character: { creatorId: string }): boolean {
  return actor.kind === 'member' && (actor.isAdmin || actor.userId === character.creatorId);
}

/**
 * Refuses whoever may not see a character: `character.not_found` (404) for a switched-off one, and for a private one
 * `character.private` (403), or 401 for a token that is good no more, so that the client renews it. What was
 * drawn from a private story is as private as the story.
 */
export function requireVisible<C extends Seen>(actor: Actor, character: C, story: OriginStory): C {
  if (seesAll(actor, character)) return character;
  if (!character.isActive) throw fail('character.not_found');
  if (character.isPublic && (!isStoryPrivate(story) || seesOriginStory(actor, story))) return character;
  throw actor.kind === 'guest' && actor.staleToken ? fail('auth.not_authenticated') : fail('character.private');
}

/** A deleted story leaves its characters to themselves. */
function isStoryPrivate({ storyCreatorId, storyIsPublic, storyDeletedAt }: OriginStory): boolean {
  return storyCreatorId !== null && storyDeletedAt === null && !storyIsPublic;
}

/** Whether the story that a character comes from may be shown: its title and texts are as private as the story. */
export function seesOriginStory(actor: Actor, story: OriginStory): boolean {
  if (story.storyCreatorId === null || story.storyDeletedAt !== null) return false;
  if (story.storyIsPublic) return true;
  return actor.kind === 'member' && (actor.isAdmin || actor.userId === story.storyCreatorId);
}

export async function loadVisible(ctx: Ctx, actor: Actor, id: string): Promise<CharacterAccess> {
  const character = await findAccess(ctx.db.pool, id);
  if (!character) throw fail('character.not_found');
  return requireVisible(actor, character, character);
}

/** Likes and comments need a public character, of its owner too. Throws 404 and 403. */
export async function loadPublic(ctx: Ctx, actor: Actor, id: string): Promise<CharacterAccess> {
  const character = await loadVisible(ctx, actor, id);
  if (!character.isPublic || isStoryPrivate(character)) throw fail('character.private');
  return character;
}

/** Throws `character.not_found` (404), and `character.not_yours` (403) for everyone but the owner, administrators too. */
export function requireOwner<C extends { creatorId: string }>(actor: Member, character: C | undefined): C {
  if (!character) throw fail('character.not_found');
  if (character.creatorId !== actor.userId) throw fail('character.not_yours');
  return character;
}

export async function loadOwned(ctx: Ctx, actor: Member, id: string): Promise<CharacterAccess> {
  return requireOwner(actor, await findAccess(ctx.db.pool, id));
}
