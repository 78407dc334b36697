import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { derivedCharacters, removeCharacters } from '../characters/derived.ts';
import { loadVisibleStory, requireStoryOwner } from '../stories/access.ts';
import { setOrigchat } from '../stories/chapter-facts.ts';
import { forgetRooms } from '../turns/rooms.ts';
import { countBelongings } from './count-queries.ts';
import { deleteGrid, findGrid } from './grid-queries.ts';
import { endLiveJob } from './job-queries.ts';
import { forgetStatus, mirrorJob } from './mirror.ts';
import type { CleanupSummary } from './schema.ts';

/**
 * Deletes the persons of one's story: grid, characters that come out of it and all that belongs to them. A search that
 * runs is cancelled, since it would bring them back. Throws `story.not_found` (404), `story.private`, `story.not_yours` (403).
 */
export async function removeGrid(ctx: Ctx, actor: Member, storyId: string): Promise<CleanupSummary> {
  requireStoryOwner(actor, await loadVisibleStory(ctx, actor, storyId));
  const gone = await withTx(ctx.db, async (tx) => {
    await setOrigchat(tx, storyId, false);
    const job = await endLiveJob(tx, { storyId }, { status: 'cancelled', endedAt: ctx.clock.now() });
    const rows = (await findGrid(tx, storyId)).length;
    const ids = await derivedCharacters(tx, storyId, { keep: [] });
    const belongings = await countBelongings(tx, ids);
    const rooms = await removeCharacters(tx, ids);
    // Most rows went with their characters; those of characters from elsewhere go alone.
    await deleteGrid(tx, storyId);
    return { job, ids, belongings, rooms, rows };
  });
  await forgetRooms(ctx, gone.rooms);
  const keys = await forgetStatus(ctx, storyId);
  if (gone.job) await mirrorJob(ctx, gone.job);
  return {
    extracted_rows: gone.rows,
    characters: gone.ids.length,
    ...gone.belongings,
    chat_rooms: gone.rooms.length,
    // Bookmarks are likes here.
    character_bookmarks: 0,
    redis_keys: keys + gone.rooms.length,
  };
}
