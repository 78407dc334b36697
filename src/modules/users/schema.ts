import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';

const Instant = t.String({ format: 'date-time' });
const nullable = t.Nullable(t.String());

export const Profile = t.Object({
  id: t.String({ format: 'uuid' }),
  /** Only for oneself and administrators. */
  email: nullable,
  username: t.String(),
  gender: t.String(),
  is_active: t.Boolean(),
  is_verified: t.Boolean(),
  is_admin: t.Boolean(),
  avatar_url: nullable,
  bio: nullable,
  created_at: Instant,
  updated_at: Instant,
  character_count: t.Integer(),
  total_chat_count: t.Integer(),
  total_like_count: t.Integer(),
});

export const ProfileBody = t.Object({
  username: maybe(t.String({ minLength: 2, maxLength: 100 })),
  avatar_url: maybe(t.String({ maxLength: 500 })),
  bio: maybe(t.String({ maxLength: 1_000 })),
});

export const ModelSettings = t.Object({
  preferred_model: t.String(),
  preferred_sub_model: nullable,
  response_length_pref: t.String(),
});
export const ModelQuery = t.Object({
  model: t.String({ minLength: 1, maxLength: 50 }),
  sub_model: t.String({ minLength: 1, maxLength: 100 }),
  response_length: t.Optional(t.Union([t.Literal('short'), t.Literal('medium'), t.Literal('long')])),
});

export const Overview = t.Object({
  user_id: t.String({ format: 'uuid' }),
  character_count: t.Integer(),
  total_chat_count: t.Integer(),
  total_like_count: t.Integer(),
  total_comment_count: t.Integer(),
});
export const TimeseriesQuery = t.Object({ days: t.Integer({ minimum: 1, maximum: 90, default: 30 }) });
export const Timeseries = t.Object({
  items: t.Array(t.Object({ date: t.String(), likes: t.Integer(), comments: t.Integer() })),
});

export type ProfileView = Static<typeof Profile>;
export type ProfileInput = Static<typeof ProfileBody>;
export type ModelInput = Static<typeof ModelQuery>;
