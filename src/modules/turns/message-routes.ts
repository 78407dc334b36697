import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { slowAnswer } from '../../http/slow.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import {
  editMessage,
  getContextReport,
  listVersions,
  regenerateMessage,
  selectVersion,
  voteMessage,
} from './messages.ts';
import * as s from './schema.ts';

const tag = 'rooms';
const REGENERATE_SECONDS = 90;

const fails: ErrorCode[] = [
  'chat.message_not_found',
  'chat.not_your_room',
  'chat.story_gone',
  'character.private',
  'chat.story_private',
];
const replyFails: ErrorCode[] = [...fails, 'chat.not_a_reply', 'chat.too_many_versions'];

/** Single messages: their versions, votes, and what their prompt was made of. */
export function messageRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/chat/messages', name: 'messages' })
    .use(guard(ctx))
    .patch('/:messageId', ({ actor, params, body }) => editMessage(ctx, actor, params.messageId, body.content), {
      member: true,
      params: s.MessageParams,
      body: s.EditBody,
      response: s.Message,
      detail: doc(tag, 'Put an own text in the place of a reply', replyFails),
    })
    .post(
      '/:messageId/regenerate',
      ({ actor, client, params, body, request }) => {
        const wish = { instruction: body?.instruction ?? '', language: client.language };
        return slowAnswer(request, REGENERATE_SECONDS, (signal) =>
          regenerateMessage(ctx, actor, params.messageId, wish, signal),
        );
      },
      {
        member: { limit: 'chatSend' },
        params: s.MessageParams,
        body: s.RegenerateBody,
        response: s.SendResult,
        detail: doc(tag, 'Have a reply written anew, its text alone', [
          ...replyFails,
          'llm.unavailable',
          'llm.timeout',
        ]),
      },
    )
    .post('/:messageId/feedback', ({ actor, params, body }) => voteMessage(ctx, actor, params.messageId, body.action), {
      member: true,
      params: s.MessageParams,
      body: s.FeedbackBody,
      response: s.Message,
      detail: doc(tag, 'Vote on a message', fails),
    })
    .get('/:messageId/versions', ({ actor, params }) => listVersions(ctx, actor, params.messageId), {
      member: true,
      params: s.MessageParams,
      response: s.Versions,
      detail: doc(tag, 'The versions of a message', fails),
    })
    .post(
      '/:messageId/versions/:n/select',
      ({ actor, params }) => selectVersion(ctx, actor, params.messageId, params.n),
      {
        member: true,
        params: s.VersionParams,
        response: s.Message,
        detail: doc(tag, 'Show another version of a message', [...fails, 'chat.version_not_found']),
      },
    )
    .get('/:messageId/context', ({ actor, params }) => getContextReport(ctx, actor, params.messageId), {
      member: true,
      params: s.MessageParams,
      response: s.Report,
      detail: doc(tag, 'What the prompt behind a reply was made of', [...fails, 'chat.no_context']),
    });
}
