import { Elysia } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { Message as Said } from '../../http/schema.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { say } from '../../lib/messages.ts';
import { exportRoom } from './export.ts';
import { forkRoom } from './fork.ts';
import { getMeta } from './meta.ts';
import { getReadStatus, incrementUnread, listUnread, markRead } from './read-state.ts';
import { clearRoom, deleteRoom, getRoom, latestRoom, listHistory, listMessages, listRooms } from './rooms.ts';
import * as s from './schema.ts';
import { stopTurn } from './stop.ts';

const tag = 'rooms';

const fails: ErrorCode[] = [
  'chat.room_not_found',
  'chat.not_your_room',
  'character.not_found',
  'chat.story_gone',
  'character.private',
  'chat.story_private',
];

/** Rooms of both kinds of chat. */
export function roomRoutes(ctx: Ctx) {
  const list = { member: true as const, query: s.ListQuery, response: s.Rooms };
  return new Elysia({ prefix: '/chat', name: 'rooms' })
    .use(guard(ctx))
    .use(readRoutes(ctx))
    .use(changeRoutes(ctx))
    .get('/rooms', ({ actor, query }) => listRooms(ctx, actor, query.limit), { ...list, detail: doc(tag, 'My rooms') })
    .get('/sessions', ({ actor, query }) => listRooms(ctx, actor, query.limit), {
      ...list,
      detail: doc(tag, 'My rooms, by their old name'),
    })
    .get('/rooms/latest-by-character/:characterId', ({ actor, params }) => latestRoom(ctx, actor, params.characterId), {
      member: true,
      params: s.CharacterParams,
      response: s.LatestRoom,
      detail: doc(tag, 'The room with a character that I touched last'),
    })
    .get('/rooms/:roomId', ({ actor, params }) => getRoom(ctx, actor, params.roomId), {
      member: true,
      params: s.RoomParams,
      response: s.Room,
      detail: doc(tag, 'One of my rooms', fails),
    })
    .get('/rooms/:roomId/meta', ({ actor, params }) => getMeta(ctx, actor, params.roomId), {
      member: true,
      params: s.RoomParams,
      response: s.Meta,
      detail: doc(tag, 'Turn number, stats, ending and settings of a room', fails),
    })
    .get(
      '/rooms/:roomId/messages',
      ({ actor, params, query: { skip, limit, tail } }) =>
        listMessages(ctx, actor, params.roomId, { skip, limit, tail: tail === true || tail === '1' }),
      {
        member: true,
        params: s.RoomParams,
        query: s.MessagesQuery,
        response: s.Messages,
        detail: doc(tag, 'Messages, oldest first; with tail=1 counted back from the newest', fails),
      },
    )
    .get('/history/:sessionId', ({ actor, params, query }) => listHistory(ctx, actor, params.sessionId, query), {
      member: true,
      params: s.SessionParams,
      query: s.HistoryQuery,
      response: s.Messages,
      detail: doc(tag, 'Messages of a session', fails),
    });
}

/** What changes a room as a whole. */
function changeRoutes(ctx: Ctx) {
  return new Elysia({ name: 'room-changes' })
    .use(guard(ctx))
    .delete(
      '/rooms/:roomId/messages',
      async ({ actor, params, client }) => {
        await clearRoom(ctx, actor, params.roomId);
        return say('chat.messages_deleted', client.language);
      },
      {
        member: true,
        params: s.RoomParams,
        response: Said,
        detail: doc(tag, 'Clear a room; it begins anew', [...fails, 'chat.turn_in_progress']),
      },
    )
    .delete(
      '/rooms/:roomId',
      async ({ actor, params, client }) => {
        await deleteRoom(ctx, actor, params.roomId);
        return say('chat.room_deleted', client.language);
      },
      { member: true, params: s.RoomParams, response: Said, detail: doc(tag, 'Delete a room', fails) },
    )
    .post('/rooms/:roomId/stop', ({ actor, params }) => stopTurn(ctx, actor, params.roomId), {
      member: true,
      params: s.RoomParams,
      response: s.Stopped,
      detail: doc(tag, 'Stop the answer that is being written; what is shown stays', fails),
    })
    .post(
      '/rooms/:roomId/fork',
      ({ actor, params, body, set }) => {
        set.status = 201;
        return forkRoom(ctx, actor, params.roomId, body.message_id);
      },
      {
        member: true,
        params: s.RoomParams,
        body: s.ForkBody,
        response: { 201: s.Room },
        detail: doc(tag, 'A new room that goes on from a message', [
          ...fails,
          'chat.message_not_found',
          'chat.turn_in_progress',
        ]),
      },
    )
    .get('/rooms/:roomId/export', ({ actor, params }) => exportRoom(ctx, actor, params.roomId), {
      member: true,
      params: s.RoomParams,
      response: s.Meta,
      detail: doc(tag, 'A room as one JSON document', fails),
    });
}

function readRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/read/rooms', name: 'room-reads' })
    .use(guard(ctx))
    .get('/with-unread', ({ actor, query }) => listUnread(ctx, actor, query.limit), {
      member: true,
      query: s.UnreadQuery,
      response: s.UnreadRooms,
      detail: doc(tag, 'My rooms with unread messages'),
    })
    .post('/:roomId/mark', ({ actor, params }) => markRead(ctx, actor, params.roomId), {
      member: true,
      params: s.RoomParams,
      response: s.Marked,
      detail: doc(tag, 'Mark a room as read', fails),
    })
    .post('/:roomId/increment-unread', ({ actor, params }) => incrementUnread(ctx, actor, params.roomId), {
      member: true,
      params: s.RoomParams,
      response: s.Unread,
      detail: doc(tag, 'Count one more unread message', fails),
    })
    .get('/:roomId/status', ({ actor, params }) => getReadStatus(ctx, actor, params.roomId), {
      member: true,
      params: s.RoomParams,
      response: s.ReadStatus,
      detail: doc(tag, 'How much of a room is unread', fails),
    });
}
