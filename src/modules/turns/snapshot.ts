import type { Ctx } from '../../context.ts';
import type { StoredSnapshot } from '../../db/tables/turns.ts';
import type { Actor } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { normaliseStartSets } from '../characters/start-sets/normalise.ts';
import { requirePlayable } from './access.ts';
import { findCharacterForRoom, findExampleDialogues } from './snapshot-queries.ts';

export type PlayableCharacter = {
  id: string;
  name: string;
  originStoryId: string | null;
  /** Drawn from the text of its story. */
  isImported: boolean;
  snapshot: StoredSnapshot;
};

/** A character that `actor` may talk to, as a room pins it. Throws 404, 410 and 403 as `requirePlayable` does. */
export async function loadPlayable(ctx: Ctx, actor: Actor, characterId: string): Promise<PlayableCharacter> {
  const [row, exampleDialogues] = await Promise.all([
    findCharacterForRoom(ctx.db.pool, characterId),
    findExampleDialogues(ctx.db.pool, characterId),
  ]);
  if (!row) throw fail('character.not_found');
  const { character } = row;
  requirePlayable(actor, {
    ...row,
    characterCreatorId: character.creatorId,
    characterIsPublic: character.isPublic,
    characterIsActive: character.isActive,
    originStoryId: character.originStoryId,
  });
  return {
    id: character.id,
    name: character.name,
    originStoryId: character.originStoryId,
    isImported: character.sourceType === 'IMPORTED',
    snapshot: {
      version: 1,
      capturedAt: ctx.clock.now().toISOString(),
      character: {
        name: character.name,
        description: character.description,
        personality: character.personality,
        speechStyle: character.speechStyle,
        greeting: character.greeting,
        worldSetting: character.worldSetting,
        introductionScenes: character.introductionScenes,
        startSets: normaliseStartSets(character.startSets),
        characterType: character.characterType,
        baseLanguage: character.baseLanguage,
        avatarUrl: character.avatarUrl,
        imageDescriptions: character.imageDescriptions,
        hasAffinitySystem: character.hasAffinitySystem,
        affinityRules: character.affinityRules,
        affinityStages: character.affinityStages,
      },
      systemPrompt: row.systemPrompt,
      exampleDialogues,
    },
  };
}
