import type { Ctx } from '../../context.ts';
import { type Tx, violatedReference, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { loadVisible } from '../characters/access.ts';
import { ensureTags } from '../tags/links.ts';
import { columnsOf, requireCover, type StoryDraft, tagsOf } from './draft.ts';
import { insertStoryRow, replaceTagLinks } from './queries.ts';

/**
 * Creates a story with its tags, all or nothing, and returns its id. Throws `http.invalid` and `story.bad_cover_url` (422); for the
 * character it is linked with `character.not_found` (404) and `character.private` (403).
 */
export async function createStory(
  ctx: Ctx,
  actor: Member,
  draft: StoryDraft & { title: string; content: string },
): Promise<string> {
  requireCover(draft, ctx.config.publicBaseUrl);
  if (draft.characterId) await loadVisible(ctx, actor, draft.characterId);
  const now = ctx.clock.now();
  const id = newId();
  try {
    await withTx(ctx.db, (tx) => insertStory(tx, { id, creatorId: actor.userId, now, draft }));
  } catch (error) {
    // Deleted between our look and the write.
    if (draft.characterId && violatedReference(error)) throw fail('character.not_found', { cause: error });
    throw error;
  }
  return id;
}

/**
 * Creates a story with its tags inside the caller's transaction, under an id that it has made. Throws `http.invalid` (422).
 */
export async function insertStory(
  tx: Tx,
  creation: { id: string; creatorId: string; now: Date; draft: StoryDraft & { title: string; content: string } },
): Promise<void> {
  const { id, creatorId, now, draft } = creation;
  const columns = { title: '', content: '', ...columnsOf(draft) };
  await insertStoryRow(tx, { ...columns, id, creatorId, createdAt: now, updatedAt: now });
  await setTags(tx, id, tagsOf(columns.keywords ?? null, columns.genre ?? null), now);
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
