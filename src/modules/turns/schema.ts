import { type Static, t } from 'elysia';
import { maybe, pageQuery } from '../../http/schema.ts';

const Uuid = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
const Text = t.String();

export const RoomParams = t.Object({ roomId: Uuid });
export const MessageParams = t.Object({ messageId: Uuid });
export const VersionParams = t.Object({ messageId: Uuid, n: t.Integer({ minimum: 1, maximum: 1_000 }) });
export const CharacterParams = t.Object({ characterId: Uuid });
export const SessionParams = t.Object({ sessionId: t.String({ minLength: 1, maxLength: 100 }) });
export const ResumeHeaders = t.Object({ 'last-event-id': t.Optional(t.String({ maxLength: 100 })) });

const CharacterForChat = t.Object({
  id: Uuid,
  name: Text,
  avatar_url: t.Nullable(Text),
  origin_story_id: t.Nullable(Uuid),
  creator_id: t.Nullable(Uuid),
  creator_username: t.Nullable(Text),
  creator_avatar_url: t.Nullable(Text),
});

export const Room = t.Object({
  id: Uuid,
  user_id: Uuid,
  character_id: Uuid,
  title: Text,
  message_count: t.Integer(),
  summary: t.Nullable(Text),
  character: CharacterForChat,
  created_at: Instant,
  updated_at: Instant,
  session_id: t.Nullable(Text),
  forked_from: t.Nullable(t.Object({ room_id: Uuid, turn_no: t.Integer() })),
});
export const Rooms = t.Array(Room);

export const Message = t.Object({
  id: Uuid,
  chat_room_id: Uuid,
  sender_type: Text,
  content: Text,
  message_metadata: t.Nullable(t.Record(t.String(), t.Any())),
  created_at: Instant,
  upvotes: t.Integer(),
  downvotes: t.Integer(),
});
export const Messages = t.Array(Message);

export const SendResult = t.Object({
  user_message: t.Nullable(Message),
  ai_message: Message,
  ending_message: t.Nullable(Message),
  meta: t.Nullable(t.Record(t.String(), t.Any())),
  suggested_image_index: t.Integer(),
});

export const Meta = t.Record(t.String(), t.Any());

export const ListQuery = t.Object({ limit: t.Integer({ minimum: 1, maximum: 500, default: 50 }) });
export const MessagesQuery = t.Composite([
  pageQuery(100, 200),
  t.Object({ tail: t.Optional(t.Union([t.BooleanString(), t.Literal('1'), t.Literal('0'), t.Literal('')])) }),
]);
export const RecentQuery = t.Object({
  page: t.Integer({ minimum: 1, maximum: 1_000, default: 1 }),
  limit: t.Integer({ minimum: 1, maximum: 50, default: 10 }),
});
/** An entry of a character list, with its room. */
export const Recent = t.Array(t.Record(t.String(), t.Any()));
export const HistoryQuery = pageQuery(50, 200);
export const LatestRoom = t.Object({
  has_room: t.Boolean(),
  room_id: t.Nullable(Uuid),
  updated_at: t.Nullable(Instant),
});

/** Longer than the longest prompt; the socket of the existing client stops at 5,000. */
export const MAX_CONTENT_CHARS = 5_000;

export const EditBody = t.Object({ content: t.String({ minLength: 1, maxLength: 20_000 }) });
export const RegenerateBody = t.Nullable(t.Object({ instruction: maybe(t.String({ maxLength: 1_000 })) }));
export const FeedbackBody = t.Object({ action: t.Union([t.Literal('upvote'), t.Literal('downvote')]) });
export const ForkBody = t.Object({ message_id: Uuid });

export const Versions = t.Object({
  message_id: Uuid,
  selected: t.Integer(),
  versions: t.Array(
    t.Object({
      n: t.Integer(),
      content: Text,
      source: Text,
      created_at: Instant,
      selected: t.Boolean(),
    }),
  ),
});

export const Report = t.Object({
  message_id: Uuid,
  turn_no: t.Nullable(t.Integer()),
  model: Text,
  budget_tokens: t.Integer(),
  used_tokens: t.Integer(),
  sections: t.Array(t.Object({ section: Text, tokens: t.Integer(), dropped: t.Boolean(), why: t.Optional(Text) })),
});

export const Stopped = t.Object({ stopped: t.Boolean() });

export const ReadStatus = t.Object({ unread_count: t.Integer(), last_read_at: t.Nullable(Instant) });
export const Marked = t.Object({ success: t.Literal(true) });
export const Unread = t.Object({ success: t.Literal(true), unread_count: t.Integer() });
export const UnreadQuery = t.Object({ limit: t.Integer({ minimum: 1, maximum: 200, default: 50 }) });
export const UnreadRooms = t.Object({
  data: t.Array(
    t.Object({
      id: Uuid,
      user_id: Uuid,
      character_id: Uuid,
      character: t.Object({ id: Uuid, name: Text, avatar_url: t.Nullable(Text), thumbnail_url: t.Nullable(Text) }),
      title: Text,
      message_count: t.Integer(),
      created_at: Instant,
      updated_at: Instant,
      unread_count: t.Integer(),
    }),
  ),
});

export type RoomView = Static<typeof Room>;
export type MessageView = Static<typeof Message>;
export type SendResultView = Static<typeof SendResult>;
export type VersionsView = Static<typeof Versions>;
export type ReportView = Static<typeof Report>;
