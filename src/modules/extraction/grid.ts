import type { Ctx } from '../../context.ts';
import type { Actor } from '../../lib/actor.ts';
import { addSeconds } from '../../lib/clock.ts';
import { loadVisibleStory } from '../stories/access.ts';
import { findShown, type ShownRow } from './grid-queries.ts';
import { findNewestJob, type JobRow } from './job-queries.ts';
import type { GridView, ItemView, ListItemView } from './schema.ts';
import { statusOf, statusSeconds } from './view-job.ts';

/**
 * The persons of a story, and how its search stands. Others than the owner and administrators see those whose characters
 * everybody may see. Throws `story.not_found` (404), `story.private` (403), 401.
 */
export async function getGrid(ctx: Ctx, actor: Actor, storyId: string): Promise<GridView> {
  const story = await loadVisibleStory(ctx, actor, storyId);
  const all = actor.kind === 'member' && (actor.isAdmin || actor.userId === story.creatorId);
  const [rows, job] = await Promise.all([findShown(ctx.db.pool, storyId, all), findNewestJob(ctx.db.pool, storyId)]);
  return { items: rows.map(viewListItem), ...statusTold(job, rows.length, ctx.clock.now()) };
}

/** The same list as those see who rebuild it. */
export async function listItems(ctx: Ctx, storyId: string): Promise<ItemView[]> {
  return (await findShown(ctx.db.pool, storyId, true)).map(viewItem);
}

/** An ended search is told of for a while; one whose persons were deleted since is not. */
function statusTold(
  job: JobRow | undefined,
  persons: number,
  now: Date,
): Pick<GridView, 'extraction_status' | 'job_id'> {
  if (!job) return {};
  const status = statusOf(job);
  if (!job.endedAt) return { extraction_status: status, job_id: job.id };
  const over = addSeconds(job.endedAt, statusSeconds[status]) <= now || (status === 'completed' && persons === 0);
  return over ? {} : { extraction_status: status };
}

export function viewItem({ row, character }: ShownRow): ItemView {
  const avatarUrl = row.avatarUrl
    ? versioned(row.avatarUrl, row.updatedAt)
    : character.avatarUrl && versioned(character.avatarUrl, character.updatedAt);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    initial: row.initial,
    avatar_url: avatarUrl,
    character_id: row.characterId,
    order_index: row.orderIndex,
  };
}

function viewListItem(shown: ShownRow): ListItemView {
  return { ...viewItem(shown), is_public: shown.character.isPublic };
}

/** The address with the time of its last change, so that caches fetch it anew. */
function versioned(url: string, updatedAt: Date): string {
  if (url.startsWith('data:') || /[?&]v=/.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}v=${Math.floor(updatedAt.getTime() / 1_000)}`;
}
