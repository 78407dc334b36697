import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { slowAnswer } from '../../http/slow.ts';
import { sseResponse } from '../../http/sse.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import * as s from './schema.ts';
import { followSent, openTurnStream, retryMessage, sendMessage } from './send.ts';
import { startChat } from './start.ts';

const tag = 'chat';
/** A turn ends by itself a little before. */
const TURN_SECONDS = 90;

const roomFails: ErrorCode[] = [
  'chat.room_not_found',
  'chat.not_your_room',
  'chat.story_gone',
  'character.private',
  'chat.story_private',
];
const startFails: ErrorCode[] = ['character.not_found', 'chat.story_gone', 'character.private', 'chat.story_private'];
const sendFails: ErrorCode[] = [
  ...roomFails,
  'character.not_found',
  'chat.wrong_character',
  'chat.wrong_room_kind',
  'chat.turn_in_progress',
  'http.idempotency_in_flight',
  'http.idempotency_mismatch',
  'chat.insufficient_points',
  'chat.nothing_to_continue',
  'chat.stopped',
  'llm.unavailable',
  'llm.timeout',
  'points.backlog',
];
const streams = {
  responses: {
    200: {
      description: 'Events: start, user, delta, then one final or error, then done',
      content: { 'text/event-stream': { schema: { type: 'string' as const } } },
    },
  },
};

type Keyed = { headers: { 'idempotency-key'?: string }; body: { idempotency_key?: string | null } | null };
const keyOf = ({ headers, body }: Keyed) => headers['idempotency-key'] ?? body?.idempotency_key ?? undefined;

/** Seed, Flow 3: talking to a character. */
export function chatRoutes(ctx: Ctx) {
  const send = { member: { limit: 'chatSend' as const }, body: s.SendBody, headers: s.KeyHeaders };
  return new Elysia({ prefix: '/chat', name: 'chat' })
    .use(guard(ctx))
    .use(startRoutes(ctx))
    .post(
      '/message',
      async ({ actor, client, body, headers, request }) => {
        const options = { idempotencyKey: keyOf({ headers, body }), language: client.language };
        return slowAnswer(
          request,
          TURN_SECONDS,
          async () => (await sendMessage(ctx, actor, body, options)).turn.outcome,
        );
      },
      { ...send, response: s.SendResult, detail: doc(tag, 'Send a message and wait for the answer', sendFails) },
    )
    .post(
      '/messages',
      async ({ actor, client, body, headers, request }) => {
        const options = { idempotencyKey: keyOf({ headers, body }), language: client.language };
        return slowAnswer(
          request,
          TURN_SECONDS,
          async () => (await sendMessage(ctx, actor, body, options)).turn.outcome,
        );
      },
      { ...send, response: s.SendResult, detail: doc(tag, 'The same by another name', sendFails) },
    )
    .post(
      '/messages/stream',
      async ({ actor, client, body, headers, request }) => {
        const options = { idempotencyKey: keyOf({ headers, body }), language: client.language };
        const sent = await sendMessage(ctx, actor, body, options);
        return sseResponse(request, (signal) => followSent(ctx, sent, signal), { stopping: ctx.stopping });
      },
      { ...send, detail: doc(tag, 'Send a message; the answer comes as it is written', sendFails, streams) },
    )
    .get(
      '/rooms/:roomId/stream',
      async ({ actor, params, headers, request }) => {
        const follow = await openTurnStream(ctx, actor, params.roomId, headers['last-event-id']);
        return sseResponse(request, follow, { stopping: ctx.stopping });
      },
      {
        member: true,
        params: s.RoomParams,
        headers: s.ResumeHeaders,
        detail: doc(
          tag,
          'Follow the answer that is being written, or the last one, after Last-Event-ID',
          [...roomFails, 'chat.no_turn'],
          streams,
        ),
      },
    )
    .post(
      '/messages/:messageId/retry',
      async ({ actor, client, params, body, headers, request }) => {
        const options = { idempotencyKey: keyOf({ headers, body }), language: client.language };
        return slowAnswer(
          request,
          TURN_SECONDS,
          async () => (await retryMessage(ctx, actor, params.messageId, options)).turn.outcome,
        );
      },
      {
        member: { limit: 'chatSend' },
        params: s.MessageParams,
        body: s.RetryBody,
        headers: s.KeyHeaders,
        response: s.SendResult,
        detail: doc(tag, 'Play the last turn again, from the state before it', [
          ...sendFails,
          'chat.message_not_found',
          'chat.not_a_reply',
          'chat.not_last_reply',
          'chat.too_many_versions',
        ]),
      },
    );
}

function startRoutes(ctx: Ctx) {
  const start = { member: true as const, body: s.StartBody, headers: s.KeyHeaders, response: { 201: s.Room } };
  return new Elysia({ name: 'chat-start' })
    .use(guard(ctx))
    .post(
      '/start',
      ({ actor, body, set }) => {
        set.status = 201;
        return startChat(ctx, actor, body, { fresh: false });
      },
      { ...start, detail: doc(tag, 'Open the current room with a character, or a first one', startFails) },
    )
    .post(
      '/rooms',
      ({ actor, body, set }) => {
        set.status = 201;
        return startChat(ctx, actor, body, { fresh: false });
      },
      { ...start, detail: doc(tag, 'The same by its old name', startFails) },
    )
    .post(
      '/start-new',
      ({ actor, body, headers, set }) => {
        set.status = 201;
        return startChat(ctx, actor, body, { fresh: true, idempotencyKey: keyOf({ headers, body }) });
      },
      {
        ...start,
        detail: doc(tag, 'Open a new room with a character', [...startFails, 'http.idempotency_mismatch']),
      },
    );
}
