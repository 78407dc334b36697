import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { slowAnswer } from '../../http/slow.ts';
import { sseResponse } from '../../http/sse.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import * as s from './schema.ts';
import { answerOf, followSent, sendTurn } from './send.ts';
import { startStory } from './start.ts';

const tag = 'origchat';
/** A turn ends by itself a little before. */
const TURN_SECONDS = 90;
const START_SECONDS = 30;

const guards: ErrorCode[] = ['chat.story_gone', 'character.private', 'chat.story_private'];
const turnFails: ErrorCode[] = [
  'origchat.room_required',
  'chat.room_not_found',
  'chat.not_your_room',
  ...guards,
  'chat.wrong_room_kind',
  'origchat.choice_stale',
  'chat.nothing_to_continue',
  'chat.turn_in_progress',
  'chat.stopped',
  'http.idempotency_mismatch',
  'llm.unavailable',
  'llm.timeout',
];
const streams = {
  responses: {
    200: {
      description: 'Events: start, user, stage, delta, then one final or error, then done',
      content: { 'text/event-stream': { schema: { type: 'string' as const } } },
    },
  },
};

/** Seed, Flow 4: playing a story with one of its characters. */
export function origchatRoutes(ctx: Ctx) {
  const turn = { member: { limit: 'chatSend' as const }, body: s.TurnBody, headers: s.KeyHeaders };
  return new Elysia({ prefix: '/chat/origchat', name: 'origchat' })
    .use(guard(ctx))
    .post(
      '/start',
      ({ actor, body, headers, request, set }) => {
        set.status = 201;
        return slowAnswer(request, START_SECONDS, () => startStory(ctx, actor, body, headers['idempotency-key']));
      },
      {
        member: { limit: 'chatSend' },
        body: s.StartBody,
        headers: s.KeyHeaders,
        response: { 201: s.Room },
        detail: doc(tag, 'Play a story: the open room with a character, or a new one', [
          'origchat.character_required',
          'character.not_found',
          ...guards,
          'origchat.no_story',
          'origchat.wrong_story',
          'http.idempotency_mismatch',
        ]),
      },
    )
    .post(
      '/turn',
      ({ actor, client, body, headers, request }) =>
        slowAnswer(request, TURN_SECONDS, async () => {
          const options = { language: client.language, headerKey: headers['idempotency-key'] };
          const result = await answerOf(await sendTurn(ctx, actor, body, options));
          return { ...result, assistant: result.ai_message };
        }),
      { ...turn, response: s.TurnResult, detail: doc(tag, 'Play a turn and wait for the answer', turnFails) },
    )
    .post(
      '/turn/stream',
      async ({ actor, client, body, headers, request }) => {
        const options = { language: client.language, headerKey: headers['idempotency-key'] };
        const sent = await sendTurn(ctx, actor, body, options);
        return sseResponse(request, (signal) => followSent(ctx, sent, signal), { stopping: ctx.stopping });
      },
      { ...turn, detail: doc(tag, 'Play a turn; the answer comes as it is written', turnFails, streams) },
    );
}
