import { asc, eq } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characterExampleDialogues, characterSettings, characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';

/** A character with all that is pinned to a room, and what decides who may talk to it. */
export async function findCharacterForRoom(db: Db, id: string) {
  const [row] = await db
    .select({
      character: characters,
      systemPrompt: characterSettings.systemPrompt,
      storyCreatorId: stories.creatorId,
      storyIsPublic: stories.isPublic,
      storyDeletedAt: stories.deletedAt,
    })
    .from(characters)
    .leftJoin(characterSettings, eq(characterSettings.characterId, characters.id))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(eq(characters.id, id));
  return row;
}

const MAX_DIALOGUES = 20;

export async function findExampleDialogues(db: Db, characterId: string) {
  return db
    .select({
      userMessage: characterExampleDialogues.userMessage,
      characterResponse: characterExampleDialogues.characterResponse,
    })
    .from(characterExampleDialogues)
    .where(eq(characterExampleDialogues.characterId, characterId))
    .orderBy(asc(characterExampleDialogues.orderIndex), asc(characterExampleDialogues.id))
    .limit(MAX_DIALOGUES);
}
