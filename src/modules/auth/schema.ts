import { type Static, t } from 'elysia';
import { maybe } from '../../http/schema.ts';
import { PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from './password-rule.ts';

const Email = t.String({ format: 'email', maxLength: 255 });
const Uuid = t.String({ format: 'uuid' });
const Instant = t.String({ format: 'date-time' });
/** A text that the service judges itself, so that its own errors come in the contract's order. */
const AnyText = t.String({ maxLength: 2_000 });

export const RegisterBody = t.Object({
  email: Email,
  username: t.String({ minLength: 2, maxLength: 100 }),
  password: t.String({ minLength: PASSWORD_MIN_CHARS, maxLength: PASSWORD_MAX_CHARS }),
  gender: t.Union([t.Literal('male'), t.Literal('female')]),
});
export const LoginBody = t.Object({ email: Email, password: t.String({ maxLength: 1_000 }) });
export const RefreshBody = t.Object({ refresh_token: AnyText });
export const TokenBody = t.Object({ token: AnyText });
export const EmailBody = t.Object({ email: Email });
export const AnyEmailBody = t.Object({ email: t.String({ maxLength: 255 }) });
export const ResetBody = t.Object({ token: maybe(AnyText), new_password: maybe(AnyText) });
export const UpdatePasswordBody = t.Object({ current_password: AnyText, new_password: AnyText });

export const EmailQuery = t.Object({ email: t.String({ maxLength: 255 }) });
export const UsernameQuery = t.Object({ username: t.String({ maxLength: 255 }) });

export const User = t.Object({
  id: Uuid,
  email: t.String(),
  username: t.String(),
  gender: t.String(),
  is_active: t.Boolean(),
  is_verified: t.Boolean(),
  is_admin: t.Boolean(),
  avatar_url: t.Nullable(t.String()),
  bio: t.Nullable(t.String()),
  preferred_model: t.String(),
  preferred_sub_model: t.Nullable(t.String()),
  response_length_pref: t.String(),
  created_at: Instant,
  updated_at: Instant,
});
export const Token = t.Object({
  access_token: t.String(),
  refresh_token: t.String(),
  token_type: t.Literal('bearer'),
  user_id: Uuid,
});
export const Available = t.Object({ available: t.Boolean() });
export const Username = t.Object({ username: t.String() });
export const Verified = t.Object({
  message: t.String(),
  email: t.String(),
  verified: t.Literal(true),
  pending_signup: t.Optional(t.Literal(true)),
});
export const Sessions = t.Object({
  sessions: t.Array(
    t.Object({
      id: Uuid,
      user_agent: t.String(),
      address: t.String(),
      created_at: Instant,
      last_seen_at: Instant,
      current: t.Boolean(),
    }),
  ),
});

export type UserView = Static<typeof User>;
export type TokenView = Static<typeof Token>;
export type RegisterInput = Static<typeof RegisterBody>;
