import type { Ctx } from '../../context.ts';
import { type Tx, violatedReference, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { loadVisible } from '../characters/access.ts';
import { ensureTags } from '../tags/links.ts';
import { columnsOf, type StoryDraft, tagsOf } from './draft.ts';
import { insertStoryRow, replaceTagLinks } from './queries.ts';

/**
 * Creates a story with its tags, all or nothing, and returns its id. Throws `http.invalid` (422); for the character it is
 * linked with `character.not_found` (404) and `character.private` (403).
 */
export async function createStory(
  ctx: Ctx,
  actor: Member,
  draft: StoryDraft & { title: string; content: string },
): Promise<string> {
  const columns = { title: '', content: '', ...columnsOf(draft) };
  if (draft.characterId) await loadVisible(ctx, actor, draft.characterId);
  const now = ctx.clock.now();
  const id = newId();
  try {
    await withTx(ctx.db, async (tx) => {
      await insertStoryRow(tx, { ...columns, id, creatorId: actor.userId, createdAt: now, updatedAt: now });
      await setTags(tx, id, tagsOf(columns.keywords ?? null, columns.genre ?? null), now);
    });
  } catch (error) {
    // Deleted between our look and the write.
    if (draft.characterId && violatedReference(error)) throw fail('character.not_found', { cause: error });
    throw error;
  }
  return id;
}

/** Makes these the tags of a story that the transaction holds; missing ones are made. */
export async function setTags(tx: Tx, storyId: string, slugs: string[], now: Date): Promise<void> {
  const rows = await ensureTags(tx, slugs, now);
  await replaceTagLinks(
    tx,
    storyId,
    rows.map(({ id }) => id),
  );
}
