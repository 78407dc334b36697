import { t } from 'elysia';

const Day = t.String({ pattern: '^\\d{8}$', description: 'YYYYMMDD, of Seoul' });
/** Where a day that there is not means today. */
const AnyDay = t.String({ maxLength: 40, description: 'YYYYMMDD, of Seoul; anything else is today' });
const Count = t.Integer({ minimum: 0 });

export const Heartbeat = t.Object({ ok: t.Boolean(), enabled: t.Boolean(), ttl_sec: t.Integer() });

export const OnlineQuery = t.Object({ window_sec: t.Integer({ minimum: 10, maximum: 600, default: 60 }) });
export const Online = t.Object({
  ok: t.Boolean(),
  enabled: t.Boolean(),
  ttl_sec: t.Integer(),
  online: Count,
  as_of: t.String({ format: 'date-time' }),
  source: t.Union([t.Literal('redis_zset'), t.Literal('disabled'), t.Literal('error')]),
  error: t.Optional(t.String()),
});

export const SummaryQuery = t.Object({
  day: t.Optional(Day),
  story_id: t.Optional(t.String({ format: 'uuid' })),
  room_id: t.Optional(t.String({ format: 'uuid' })),
  mode: t.Optional(t.String({ maxLength: 20 })),
  narrator: t.Optional(t.String({ maxLength: 20 })),
});
export const Summary = t.Object({
  day: t.String(),
  filters: t.Record(t.String(), t.String()),
  tti_avg_ms: t.Number(),
  tti_count: Count,
  counters: t.Object({ choices_requested: Count, next_event: Count, completed: Count }),
});

export const TrafficQuery = t.Object({ day: t.Optional(AnyDay) });
export const Traffic = t.Object({
  day: t.String(),
  timezone: t.Literal('Asia/Seoul'),
  dau_chat: Count,
  wau_chat: Count,
  mau_chat: Count,
  new_users: Count,
  user_messages: Count,
  page_views: t.Array(t.Object({ path: t.String(), views: Count })),
});

export const ContentCountsQuery = t.Object({
  day: t.Optional(AnyDay),
  use_cache: t.Optional(t.String({ maxLength: 20, description: 'false, 0 or no: count anew' })),
});
export const ContentCounts = t.Object({
  day: t.String(),
  counts: t.Object({ regular_characters: Count, origchat_characters: Count, webnovels: Count }),
  total: Count,
  cached: t.Boolean(),
});

export const PageEvent = t.Object({
  ok: t.Boolean(),
  day: t.Optional(t.String()),
  path: t.Optional(t.String()),
  event: t.Optional(t.String()),
  ignored: t.Optional(t.Boolean()),
  reason: t.Optional(t.String()),
});
