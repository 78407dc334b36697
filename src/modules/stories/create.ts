import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { newId } from '../../lib/ids.ts';
import { loadVisible } from '../characters/access.ts';
import { ensureTags } from '../tags/links.ts';
import { isReserved, normalSlug } from '../tags/slug.ts';
import { findByTitle, insertChapterRows, insertStoryRow, insertTagLinks } from './create-queries.ts';
import { columnsOfChapters, columnsOfStory, type StoryDraft } from './draft.ts';

/**
 * Creates a story inside the caller's transaction: row, tags and chapters, all or nothing. The one way in for every
 * writer. Tags are the keywords, or the genre when there are none; layout marks among them are skipped, missing tags are
 * made (contract, 3.1). `id` may be given beforehand. Throws `http.invalid` (422).
 */
export async function insertStory(
  tx: Tx,
  creation: { id?: string; creatorId: string; now: Date; draft: StoryDraft },
): Promise<string> {
  const { id = newId(), creatorId, now, draft } = creation;
  const { keywords, ...columns } = columnsOfStory(draft);
  const chapters = columnsOfChapters(draft.chapters ?? []);
  const times = { createdAt: now, updatedAt: now };
  await insertStoryRow(tx, { id, creatorId, ...columns, keywords: keywords.length > 0 ? keywords : null, ...times });
  const words = keywords.length > 0 ? keywords : columns.genre === null ? [] : [columns.genre];
  const tags = await ensureTags(
    tx,
    words.filter((word) => !isReserved(normalSlug(word))),
    now,
  );
  await insertTagLinks(
    tx,
    id,
    tags.map((tag) => tag.id),
  );
  await insertChapterRows(
    tx,
    chapters.map((chapter) => ({ id: newId(), storyId: id, ...chapter, ...times })),
  );
  return id;
}

/**
 * Creates a story in a transaction of its own and returns its id, which may be given beforehand. Throws as `insertStory` does, and for a character that
 * `actor` may not see `character.not_found` (404) or `character.private` (403).
 */
export async function createStory(ctx: Ctx, actor: Member, draft: StoryDraft, id = newId()): Promise<string> {
  if (draft.characterId) await loadVisible(ctx, actor, draft.characterId);
  const now = ctx.clock.now();
  return withTx(ctx.db, (tx) => insertStory(tx, { id, creatorId: actor.userId, now, draft }));
}

/** The id of a person's story with this very title; undefined when there is none. */
export async function findStoryByTitle(ctx: Ctx, actor: Member, title: string): Promise<string | undefined> {
  return findByTitle(ctx.db.pool, actor.userId, title);
}
