import type { Ctx } from '../../context.ts';
import type { StoredAnnouncement } from '../../db/tables/stories.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { safePrefix } from '../../lib/text.ts';
import { requireStoryOwner } from './access.ts';
import { lockStory, updateStoryRow } from './queries.ts';
import type { AnnouncementView } from './schema.ts';
import { viewAnnouncements } from './views.ts';

const MAX_ANNOUNCEMENTS = 100;
const TITLE_MAX_CHARS = 60;

/** Changes a story's announcements while nobody else does; returns all of them as they are shown. */
async function changing(
  ctx: Ctx,
  actor: Member,
  storyId: string,
  change: (current: StoredAnnouncement[], at: string) => StoredAnnouncement[],
): Promise<AnnouncementView[]> {
  const at = ctx.clock.now().toISOString();
  const changed = await withTx(ctx.db, async (tx) => {
    const story = requireStoryOwner(actor, await lockStory(tx, storyId));
    const announcements = change(story.announcements, at);
    await updateStoryRow(tx, storyId, { announcements });
    return announcements;
  });
  return viewAnnouncements(changed);
}

/**
 * Announces something under one's story; its first line is the title. Throws `story.not_found` (404), `story.not_yours`
 * (403), `story.announcement_blank` (400), `story.too_many_announcements` (409).
 */
export async function announce(ctx: Ctx, actor: Member, storyId: string, content: string): Promise<AnnouncementView[]> {
  return changing(ctx, actor, storyId, (current, at) => {
    const firstLine = content
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '');
    if (firstLine === undefined) throw fail('story.announcement_blank');
    if (current.length >= MAX_ANNOUNCEMENTS)
      throw fail('story.too_many_announcements', { params: { max: MAX_ANNOUNCEMENTS } });
    const title = safePrefix(firstLine, TITLE_MAX_CHARS);
    return [{ id: newId(), title, content, pinned: false, created_at: at, updated_at: at }, ...current];
  });
}

/** Pins an announcement in the place of any other, or unpins it. Throws 404 and 403. */
export async function pinAnnouncement(
  ctx: Ctx,
  actor: Member,
  { storyId, announcementId }: { storyId: string; announcementId: string },
  pinned: boolean,
): Promise<AnnouncementView[]> {
  return changing(ctx, actor, storyId, (current, at) => {
    requireAnnouncement(current, announcementId);
    return current.map((each) => {
      if (each.id === announcementId) return { ...each, pinned, updated_at: at };
      return pinned ? { ...each, pinned: false } : each;
    });
  });
}

/** Deletes an announcement. Throws 404 and 403. */
export async function deleteAnnouncement(
  ctx: Ctx,
  actor: Member,
  { storyId, announcementId }: { storyId: string; announcementId: string },
): Promise<void> {
  await changing(ctx, actor, storyId, (current) => {
    requireAnnouncement(current, announcementId);
    return current.filter(({ id }) => id !== announcementId);
  });
}

function requireAnnouncement(current: StoredAnnouncement[], id: string): void {
  if (!current.some((each) => each.id === id)) throw fail('story.announcement_not_found');
}
