import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, Message } from '../../http/schema.ts';
import { say } from '../../lib/messages.ts';
import { announce, deleteAnnouncement, pinAnnouncement } from './announcements.ts';
import { createComment, deleteComment, editComment, listComments } from './comments.ts';
import { likeStatus, likeStory, unlikeStory } from './likes.ts';
import * as s from './schema.ts';
import * as w from './write-schema.ts';

const tag = 'stories';

/** Likes, comments and announcements of one story. */
export function socialRoutes(ctx: Ctx) {
  return new Elysia({ name: 'stories.social' })
    .use(guard(ctx))
    .post(
      '/:id/like',
      async ({ actor, params, client }) => {
        await likeStory(ctx, actor, params.id);
        return say('story.liked', client.language);
      },
      {
        member: true,
        params: IdParams,
        response: Message,
        detail: doc(tag, 'Like a public story', ['story.not_found', 'story.private', 'story.already_liked']),
      },
    )
    .delete(
      '/:id/like',
      async ({ actor, params, client }) => {
        await unlikeStory(ctx, actor, params.id);
        return say('story.unliked', client.language);
      },
      {
        member: true,
        params: IdParams,
        response: Message,
        detail: doc(tag, 'Take a like back', ['story.not_found', 'story.not_liked']),
      },
    )
    .get('/:id/like-status', ({ actor, params }) => likeStatus(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.LikeStatus,
      detail: doc(tag, 'Whether one likes a story', ['story.not_found', 'story.private']),
    })
    .use(commentRoutes(ctx))
    .use(announcementRoutes(ctx));
}

function commentRoutes(ctx: Ctx) {
  return new Elysia({ name: 'stories.comments' })
    .use(guard(ctx))
    .get('/:id/comments', ({ actor, params, query }) => listComments(ctx, actor, params.id, query), {
      visitor: true,
      params: IdParams,
      query: s.PageQuery,
      response: s.Comments,
      detail: doc(tag, 'Comments, newest first', ['story.not_found', 'story.private', 'auth.not_authenticated']),
    })
    .post(
      '/:id/comments',
      ({ actor, params, body, set }) => {
        set.status = 201;
        return createComment(ctx, actor, params.id, body.content);
      },
      {
        member: true,
        params: IdParams,
        body: w.CommentBody,
        response: { 201: s.Comment },
        detail: doc(tag, 'Comment on a public story, or on one’s own', ['story.not_found', 'story.private']),
      },
    )
    .put('/comments/:commentId', ({ actor, params, body }) => editComment(ctx, actor, params.commentId, body.content), {
      member: true,
      params: w.CommentParams,
      body: w.CommentBody,
      response: s.Comment,
      detail: doc(tag, 'Change one’s comment', ['comment.not_found', 'comment.not_yours']),
    })
    .delete(
      '/comments/:commentId',
      async ({ actor, params, set }) => {
        await deleteComment(ctx, actor, params.commentId);
        set.status = 204;
      },
      {
        member: true,
        params: w.CommentParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete a comment: its author or an administrator', [
          'comment.not_found',
          'comment.not_yours',
        ]),
      },
    );
}

function announcementRoutes(ctx: Ctx) {
  return new Elysia({ name: 'stories.announcements' })
    .use(guard(ctx))
    .post(
      '/:id/announcements',
      async ({ actor, params, body, set }) => {
        const announcements = await announce(ctx, actor, params.id, body.content);
        set.status = 201;
        return { announcements };
      },
      {
        member: true,
        params: IdParams,
        body: w.AnnouncementBody,
        response: { 201: s.Announcements },
        detail: doc(tag, 'Announce something under one’s story', [
          'story.not_found',
          'story.not_yours',
          'story.announcement_blank',
          'story.too_many_announcements',
        ]),
      },
    )
    .post(
      '/:id/announcements/:announcementId/pin',
      async ({ actor, params, body }) => {
        const place = { storyId: params.id, announcementId: params.announcementId };
        return { announcements: await pinAnnouncement(ctx, actor, place, body.pinned) };
      },
      {
        member: true,
        params: w.AnnouncementParams,
        body: w.PinBody,
        response: s.Announcements,
        detail: doc(tag, 'Pin an announcement in the place of any other, or unpin it', [
          'story.not_found',
          'story.not_yours',
          'story.announcement_not_found',
        ]),
      },
    )
    .delete(
      '/:id/announcements/:announcementId',
      async ({ actor, params, set }) => {
        await deleteAnnouncement(ctx, actor, { storyId: params.id, announcementId: params.announcementId });
        set.status = 204;
      },
      {
        member: true,
        params: w.AnnouncementParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete an announcement', [
          'story.not_found',
          'story.not_yours',
          'story.announcement_not_found',
        ]),
      },
    );
}
