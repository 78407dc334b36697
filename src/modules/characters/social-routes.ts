import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, Message } from '../../http/schema.ts';
import { say } from '../../lib/messages.ts';
import { replaceTags } from './change.ts';
import { createComment, deleteComment, editComment, listComments } from './comments.ts';
import { likeCharacter, likeStatus, unlikeCharacter } from './likes.ts';
import * as s from './schema.ts';
import { getSettings, getStats, writeSettings } from './settings.ts';
import { listTagsOf } from './tags.ts';
import * as w from './write-schema.ts';

const tag = 'characters';

/** Likes, comments, tags, settings and numbers of one character. */
export function socialRoutes(ctx: Ctx) {
  return new Elysia({ name: 'characters.social' })
    .use(guard(ctx))
    .post(
      '/:id/like',
      async ({ actor, params, client }) => {
        await likeCharacter(ctx, actor, params.id);
        return say('character.liked', client.language);
      },
      {
        member: true,
        params: IdParams,
        response: Message,
        detail: doc(tag, 'Like a public character', [
          'character.not_found',
          'character.private',
          'character.already_liked',
        ]),
      },
    )
    .delete(
      '/:id/like',
      async ({ actor, params, client }) => {
        await unlikeCharacter(ctx, actor, params.id);
        return say('character.unliked', client.language);
      },
      {
        member: true,
        params: IdParams,
        response: Message,
        detail: doc(tag, 'Take a like back', ['character.not_found', 'character.not_liked']),
      },
    )
    .get('/:id/like-status', ({ actor, params }) => likeStatus(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.LikeStatus,
      detail: doc(tag, 'Whether one likes a character', ['character.not_found', 'character.private']),
    })
    .get('/:id/comments', ({ actor, params, query }) => listComments(ctx, actor, params.id, query), {
      visitor: true,
      params: IdParams,
      query: s.CommentsQuery,
      response: s.Comments,
      detail: doc(tag, 'Comments, newest first', [
        'character.not_found',
        'character.private',
        'auth.not_authenticated',
      ]),
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
        detail: doc(tag, 'Comment on a public character', ['character.not_found', 'character.private']),
      },
    )
    .use(commentRoutes(ctx))
    .use(ownerRoutes(ctx));
}

function commentRoutes(ctx: Ctx) {
  return new Elysia({ name: 'characters.comments' })
    .use(guard(ctx))
    .put('/comments/:commentId', ({ actor, params, body }) => editComment(ctx, actor, params.commentId, body.content), {
      member: true,
      params: s.CommentParams,
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
        params: s.CommentParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'Delete a comment: its author or an administrator', [
          'comment.not_found',
          'comment.not_yours',
        ]),
      },
    );
}

function ownerRoutes(ctx: Ctx) {
  return new Elysia({ name: 'characters.owner' })
    .use(guard(ctx))
    .get('/:id/tags', ({ actor, params }) => listTagsOf(ctx, actor, params.id), {
      visitor: true,
      params: IdParams,
      response: s.Tags,
      detail: doc(tag, 'Tags of a character, by name', [
        'character.not_found',
        'character.private',
        'auth.not_authenticated',
      ]),
    })
    .put('/:id/tags', ({ actor, params, body }) => replaceTags(ctx, actor, params.id, body.tags), {
      member: true,
      params: IdParams,
      body: w.TagsBody,
      response: s.Tags,
      detail: doc(tag, 'Replace the tags of one’s character; missing tags are made', [
        'character.not_found',
        'character.not_yours',
        'tag.reserved',
      ]),
    })
    .get('/:id/settings', ({ actor, params }) => getSettings(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.Settings,
      detail: doc(tag, 'Model settings of one’s character', [
        'character.not_found',
        'character.not_yours',
        'character.settings_not_found',
      ]),
    })
    .post(
      '/:id/settings',
      ({ actor, params, body, set }) => {
        set.status = 201;
        return writeSettings(ctx, actor, params.id, body, { replace: true });
      },
      {
        member: true,
        params: IdParams,
        body: w.SettingsBody,
        response: { 201: s.Settings },
        detail: doc(tag, 'Replace the settings; what is not sent gets its default', [
          'character.not_found',
          'character.not_yours',
        ]),
      },
    )
    .put('/:id/settings', ({ actor, params, body }) => writeSettings(ctx, actor, params.id, body, { replace: false }), {
      member: true,
      params: IdParams,
      body: w.SettingsBody,
      response: s.Settings,
      detail: doc(tag, 'Change sent settings', ['character.not_found', 'character.not_yours']),
    })
    .get('/:id/stats', ({ actor, params }) => getStats(ctx, actor, params.id), {
      member: true,
      params: IdParams,
      response: s.Stats,
      detail: doc(tag, 'Numbers of one’s character', ['character.not_found', 'character.not_yours']),
    });
}
