import type { Ctx } from '../../context.ts';
import { violatedReference, withTx } from '../../db/tx.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { blank, fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { auditUnlessOwn } from '../audit/audit.ts';
import { loadVisibleStory } from './access.ts';
import {
  type CommentRow,
  deleteCommentRow,
  findComment,
  findComments,
  findCommentsBy,
  insertComment,
  updateComment,
} from './comment-queries.ts';
import type { Page } from './list-filter.ts';
import type { CommentView, CommentWithUserView } from './schema.ts';

function viewComment(row: CommentRow): CommentView {
  return {
    id: row.id,
    story_id: row.storyId,
    user_id: row.userId,
    content: row.content,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** The text as it is; blanks alone are none. Throws `http.invalid` (422). */
function requireContent(content: string): string {
  if (content.trim() !== '') return content;
  throw blank('content');
}

/** Comments under a story that the actor may see, the newest first. */
export async function listComments(
  ctx: Ctx,
  actor: Actor,
  storyId: string,
  page: Page,
): Promise<CommentWithUserView[]> {
  await loadVisibleStory(ctx, actor, storyId);
  const rows = await findComments(ctx.db.pool, storyId, page);
  return rows.map(({ comment, username, avatarUrl }) => ({
    ...viewComment(comment),
    username,
    user_avatar_url: avatarUrl,
  }));
}

/**
 * Comments on a public story, or on one's own private one. Throws `story.not_found` (404), `story.private` (403, for
 * administrators too), 422 for blanks.
 */
export async function createComment(ctx: Ctx, actor: Member, storyId: string, content: string): Promise<CommentView> {
  const now = ctx.clock.now();
  const row = { id: newId(), storyId, userId: actor.userId, content: requireContent(content) };
  const done = await insertComment(ctx.db.pool, { ...row, now }).catch((error: unknown) => {
    if (violatedReference(error)) return false;
    throw error;
  });
  if (done) return viewComment({ ...row, createdAt: now, updatedAt: now });
  await loadVisibleStory(ctx, actor, storyId);
  throw fail('story.private');
}

/** Changes one's own comment. Throws `comment.not_found` (404), `comment.not_yours` (403), 422. */
export async function editComment(ctx: Ctx, actor: Member, id: string, content: string): Promise<CommentView> {
  const comment = await findComment(ctx.db.pool, id);
  if (!comment) throw fail('comment.not_found');
  if (comment.userId !== actor.userId) throw fail('comment.not_yours');
  const row = await updateComment(ctx.db.pool, id, requireContent(content), ctx.clock.now());
  if (!row) throw fail('comment.not_found');
  return viewComment(row);
}

/** Deletes a comment: its author or an administrator may. Throws `comment.not_found` (404), `comment.not_yours` (403). */
export async function deleteComment(ctx: Ctx, actor: Member, id: string): Promise<void> {
  const comment = await findComment(ctx.db.pool, id);
  if (!comment) throw fail('comment.not_found');
  if (comment.userId !== actor.userId && !actor.isAdmin) throw fail('comment.not_yours');
  await withTx(ctx.db, async (tx) => {
    if (!(await deleteCommentRow(tx, id))) throw fail('comment.not_found');
    await auditUnlessOwn(tx, actor, comment.userId, { action: 'comment.delete', target: id });
  });
}

/** What a person wrote under public stories, with the stories' titles. */
export async function commentsByUser(ctx: Ctx, userId: string, page: Page) {
  const rows = await findCommentsBy(ctx.db.pool, userId, page);
  return rows.map(({ comment, storyTitle }) => ({ ...viewComment(comment), story_title: storyTitle }));
}
