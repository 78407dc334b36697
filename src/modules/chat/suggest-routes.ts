import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { slowAnswer } from '../../http/slow.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { previewAnswer, previewChoices } from './preview.ts';
import * as s from './schema.ts';
import { suggestChoices, suggestNextAction } from './suggest.ts';

const tag = 'chat';
const SUGGEST_SECONDS = 60;
const PREVIEW_SECONDS = 90;
const DEFAULT_CHOICES = 3;

const roomFails: ErrorCode[] = [
  'chat.room_not_found',
  'chat.not_your_room',
  'chat.story_gone',
  'character.private',
  'chat.story_private',
];

/** Helpers of the chat page and of the character wizard: nothing of a room changes, nothing is paid. */
export function suggestRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/chat', name: 'chat-suggest' })
    .use(guard(ctx))
    .post(
      '/rooms/:roomId/magic-choices',
      ({ actor, client, params, body, request }) => {
        const wish = { n: body?.n ?? DEFAULT_CHOICES, hint: body?.seed_hint?.trim() ?? '', language: client.language };
        return slowAnswer(request, SUGGEST_SECONDS, (signal) =>
          suggestChoices(ctx, actor, params.roomId, wish, signal),
        );
      },
      {
        member: true,
        params: s.RoomParams,
        body: s.ChoicesBody,
        response: s.Choices,
        detail: doc(tag, 'Things one might say next', roomFails),
      },
    )
    .post(
      '/rooms/:roomId/next-action',
      ({ actor, client, params, body, request }) => {
        const wish = { hint: body?.seed_hint?.trim() ?? '', language: client.language };
        return slowAnswer(request, SUGGEST_SECONDS, (signal) =>
          suggestNextAction(ctx, actor, params.roomId, wish, signal),
        );
      },
      {
        member: true,
        params: s.RoomParams,
        body: s.NextActionBody,
        response: s.NextAction,
        detail: doc(tag, 'What one might do next, in one line', roomFails),
      },
    )
    .post(
      '/preview',
      ({ actor, client, body, request }) =>
        slowAnswer(request, PREVIEW_SECONDS, (signal) => previewAnswer(ctx, actor, body, client.language, signal)),
      {
        member: { limit: 'chatSend' },
        body: s.PreviewBody,
        response: s.Preview,
        detail: doc(tag, 'An answer of a character that is being written', ['llm.unavailable', 'llm.timeout']),
      },
    )
    .post(
      '/preview-magic-choices',
      ({ actor, client, body, request }) =>
        slowAnswer(request, SUGGEST_SECONDS, (signal) => previewChoices(ctx, actor, body, client.language, signal)),
      {
        member: { limit: 'chatSend' },
        body: s.PreviewChoicesBody,
        response: s.Choices,
        detail: doc(tag, 'Things one might say to a character that is being written'),
      },
    );
}
