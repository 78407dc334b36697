import { t } from 'elysia';
import { maybe } from '../../http/schema.ts';

const Id = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
const Prefix = t.String({ maxLength: 30, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });

export const UserPage = t.Object({
  total: t.Integer(),
  skip: t.Integer(),
  limit: t.Integer(),
  items: t.Array(
    t.Object({
      id: Id,
      email: t.String(),
      username: t.String(),
      is_admin: t.Boolean(),
      is_active: t.Boolean(),
      created_at: Instant,
      last_login_at: t.Nullable(Instant),
      created_character_count: t.Integer(),
      used_chat_count: t.Integer(),
      used_view_count: t.Integer(),
    }),
  ),
});

/** Everything may be left out, the body too. */
export const TestUserBody = maybe(
  t.Object({
    gender: maybe(t.Union([t.Literal('male'), t.Literal('female')])),
    email_prefix: maybe(Prefix),
    username_prefix: maybe(Prefix),
  }),
);
export const TestUser = t.Object({
  id: Id,
  email: t.String(),
  username: t.String(),
  password: t.String(),
  gender: t.String(),
  is_verified: t.Boolean(),
});

export const ActiveBody = t.Object({ is_active: t.Boolean() });
export const Active = t.Object({ id: Id, is_active: t.Boolean() });
