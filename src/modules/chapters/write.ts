import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { blank, fail } from '../../lib/errors.ts';
import { allowsVersion } from '../../lib/etag.ts';
import { newId } from '../../lib/ids.ts';
import { isOwnOrSecureImage } from '../../lib/image-url.ts';
import { loadVisibleStory, requireStoryOwner } from '../stories/access.ts';
import { chapterRemoved, chapterWritten } from '../stories/chapter-facts.ts';
import { deleteChapterRow, findChapter, holdStory, insertChapter, lockChapter, updateChapterRow } from './queries.ts';
import type { CreateInput, UpdateInput } from './schema.ts';
import { textChanged } from './stale.ts';
import { type Tagged, tagged } from './views.ts';

/**
 * Writes a new chapter of one's story; its summary follows as a job. Throws `story.not_found` (404), `story.private` and
 * `story.not_yours` (403), `chapter.number_taken` (400), `chapter.bad_image_url` and `http.invalid` (422).
 */
export async function createChapter(ctx: Ctx, actor: Member, input: CreateInput): Promise<Tagged> {
  const { story_id: storyId, no } = input;
  requireStoryOwner(actor, await loadVisibleStory(ctx, actor, storyId));
  const now = ctx.clock.now();
  const row = {
    id: newId(),
    storyId,
    no,
    title: input.title?.trim() || null,
    content: text('content', input.content),
    imageUrl: images(ctx, input.image_url),
    createdAt: now,
    updatedAt: now,
  };
  const written = await withTx(ctx.db, async (tx) => {
    // First of all, since it holds the story: two writers of one number come one after the other.
    await chapterWritten(tx, storyId, now);
    const inserted = await insertChapter(tx, row);
    if (!inserted) throw fail('chapter.number_taken', { params: { no } });
    await textChanged(tx, inserted);
    return inserted;
  });
  return tagged(written);
}

/**
 * Changes what is sent of one's chapter and nothing else. `ifMatch`: only while it has this version. Throws
 * `chapter.not_found` (404), `story.private` and `story.not_yours` (403), `http.changed_meanwhile` (412),
 * `chapter.bad_image_url` and `http.invalid` (422).
 */
export async function updateChapter(
  ctx: Ctx,
  actor: Member,
  id: string,
  input: UpdateInput,
  ifMatch?: string,
): Promise<Tagged> {
  const { storyId } = await requireOwned(ctx, actor, id);
  const columns = {
    ...(input.title === undefined ? {} : { title: input.title === null ? null : text('title', input.title).trim() }),
    ...(input.content == null ? {} : { content: text('content', input.content) }),
    ...(input.image_url === undefined ? {} : { imageUrl: images(ctx, input.image_url) }),
  };
  const row = await withTx(ctx.db, async (tx) => {
    await holdStory(tx, storyId);
    const current = await lockChapter(tx, id);
    if (!current) throw fail('chapter.not_found');
    if (!allowsVersion(ifMatch, current.revision)) throw fail('http.changed_meanwhile');
    // An empty edit is none: the date of the last edit stays.
    if (Object.keys(columns).length === 0) return current;
    const changed = await updateChapterRow(tx, id, { ...columns, updatedAt: ctx.clock.now() });
    if (!changed) throw fail('chapter.not_found');
    if (changed.content !== current.content) await textChanged(tx, changed);
    return changed;
  });
  return tagged(row);
}

/** Deletes one's chapter and its summary; who bought it keeps the number. Throws 404 and 403 as `updateChapter` does. */
export async function deleteChapter(ctx: Ctx, actor: Member, id: string): Promise<void> {
  const { storyId, no } = await requireOwned(ctx, actor, id);
  await withTx(ctx.db, async (tx) => {
    await holdStory(tx, storyId);
    if (!(await deleteChapterRow(tx, id))) throw fail('chapter.not_found');
    await textChanged(tx, { storyId, id, no });
    await chapterRemoved(tx, storyId);
  });
}

async function requireOwned(ctx: Ctx, actor: Member, id: string) {
  const row = await findChapter(ctx.db.pool, id);
  if (!row) throw fail('chapter.not_found');
  requireStoryOwner(actor, await loadVisibleStory(ctx, actor, row.storyId));
  return row;
}

function text(field: 'title' | 'content', value: string): string {
  if (value.trim() !== '') return value;
  throw blank(field);
}

/** One address or many; blank ones are none. */
function images(ctx: Ctx, given: string | string[] | null | undefined): string[] | null {
  const urls = (typeof given === 'string' ? [given] : (given ?? []))
    .map((url) => url.trim())
    .filter((url) => url !== '');
  if (!urls.every((url) => isOwnOrSecureImage(url, ctx.config.publicBaseUrl))) throw fail('chapter.bad_image_url');
  return urls.length > 0 ? urls : null;
}
