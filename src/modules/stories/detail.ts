import type { Ctx } from '../../context.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { etagOf } from '../../lib/etag.ts';
import { countView } from '../views/count.ts';
import { requireVisibleStory } from './access.ts';
import { findDetail } from './detail-queries.ts';
import type { StoryDetailView, StoryView } from './schema.ts';
import { viewDetail, viewStory } from './views.ts';

/** What a page gets, and the tag by which an edit says what it was made from. */
type Tagged<View> = { view: View; etag: string };

/** A story as its page shows it to `actor`; a view of it is counted, after what it tells. Throws `story.not_found` (404), `story.private` (403), 401. */
export async function getStory(ctx: Ctx, actor: Actor, id: string): Promise<Tagged<StoryDetailView>> {
  const row = await findDetail(ctx.db.pool, id, actor.kind === 'member' ? actor.userId : null);
  requireVisibleStory(actor, row?.story);
  if (!row) throw fail('story.not_found');
  countView(ctx, { kind: 'story', id });
  return { view: viewDetail(row), etag: etagOf(row.story.version) };
}

/** A story that the actor has just written. Throws `story.not_found` (404) when it was deleted since. */
export async function getWritten(ctx: Ctx, actor: Member, id: string): Promise<Tagged<StoryView>> {
  const row = await findDetail(ctx.db.pool, id, actor.userId);
  if (!row) throw fail('story.not_found');
  return { view: viewStory(row), etag: etagOf(row.story.version) };
}
