import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { allowsVersion } from '../../lib/etag.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys } from '../../redis/keys.ts';
import { auditUnlessOwn } from '../audit/audit.ts';
import { removeChaptersOf } from '../chapters/remove-all.ts';
import { forgetRooms, removeRooms } from '../turns/rooms.ts';
import { requireStoryOwner } from './access.ts';
import { setTags } from './create.ts';
import { columnsOf, requireCover, type StoryDraft, tagsOf } from './draft.ts';
import { editStoryRow, lockStory, lockStoryAlone, replaceByTombstone, type StoryRow } from './queries.ts';

/**
 * Changes what a draft sets and nothing else, in one transaction. For the owner; administrators may set `isPublic` alone.
 * Tags follow keywords and genre. `ifMatch`: only while the story has this version. Throws `story.not_found` (404),
 * `story.not_yours` and `story.only_visibility` (403), `http.changed_meanwhile` (412), `http.invalid` and
 * `story.bad_cover_url` (422).
 */
export async function updateStory(
  ctx: Ctx,
  actor: Member,
  id: string,
  draft: StoryDraft,
  ifMatch?: string,
): Promise<void> {
  const now = ctx.clock.now();
  await withTx(ctx.db, async (tx) => {
    const current = requireEditor(actor, await lockStory(tx, id), draft);
    if (!allowsVersion(ifMatch, current.version)) throw fail('http.changed_meanwhile');
    // An empty edit is none: the date of the last edit stays.
    if (Object.keys(draft).length === 0) return;
    requireCover(draft, ctx.config.publicBaseUrl, current.coverUrl);
    const columns = columnsOf(draft);
    const textChanged = columns.content !== undefined && columns.content !== current.content;
    await editStoryRow(tx, id, {
      ...columns,
      ...(textChanged ? { summary: null, summaryVersion: current.summaryVersion + 1 } : {}),
      // Moderation is no edit: the story keeps its date.
      ...(current.creatorId === actor.userId ? { updatedAt: now } : {}),
    });
    const details = { is_public: draft.isPublic ?? current.isPublic };
    await auditUnlessOwn(tx, actor, current.creatorId, { action: 'story.visibility', target: id, details });
    if (columns.keywords === undefined && columns.genre === undefined) return;
    const { keywords = current.keywords, genre = current.genre } = columns;
    await setTags(tx, id, tagsOf(keywords, genre), now);
  });
}

function requireEditor(actor: Member, story: StoryRow | undefined, draft: StoryDraft): StoryRow {
  if (!actor.isAdmin || story?.creatorId === actor.userId) return requireStoryOwner(actor, story);
  if (!story) throw fail('story.not_found');
  if (Object.keys(draft).some((key) => key !== 'isPublic')) throw fail('story.only_visibility');
  return story;
}

/**
 * Deletes one's story with all that belongs to it, the rooms it is played in too, in one transaction. What stays is a
 * tombstone, to which its characters refer: whoever plays them hears that the story is gone. Throws `story.not_found`
 * (404) and `story.not_yours` (403), for administrators too.
 */
export async function deleteStory(ctx: Ctx, actor: Member, id: string): Promise<void> {
  const now = ctx.clock.now();
  const rooms = await withTx(ctx.db, async (tx) => {
    const story = requireStoryOwner(actor, await lockStoryAlone(tx, id));
    const gone = await removeRooms(tx, { storyId: id });
    await removeChaptersOf(tx, id);
    await replaceByTombstone(tx, story, now);
    return gone;
  });
  await forgetRooms(ctx, rooms);
  await ctx.redis.commands.del(keys.storyStarts(id)).catch((error: unknown) => {
    if (!isRedisDown(error)) throw error;
  });
}
