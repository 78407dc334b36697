import { Elysia, t } from 'elysia';
import type { Ctx } from '../../context.ts';
import { doc } from '../../http/doc.ts';
import { guard } from '../../http/guard.ts';
import { IdParams, Message } from '../../http/schema.ts';
import { say } from '../../lib/messages.ts';
import { login } from './login.ts';
import { forgotPassword, resetPassword, updatePassword } from './recovery.ts';
import { register } from './register.ts';
import * as s from './schema.ts';
import { deleteSession, listSessions, logout, refresh } from './sessions.ts';
import { checkEmail, checkUsername, generateUsername, getMe } from './users.ts';
import { sendVerification, verifyEmail } from './verification.ts';

const tag = 'auth';

/** Seed, Flow 1: sign-up, verification, login, sessions, password reset. */
export function authRoutes(ctx: Ctx) {
  return new Elysia({ prefix: '/auth', name: 'auth' })
    .use(guard(ctx))
    .post(
      '/register',
      ({ body, client, set }) => {
        set.status = 201;
        return register(ctx, body, client.language);
      },
      {
        open: { limit: 'register' },
        body: s.RegisterBody,
        response: { 201: s.User },
        detail: doc(tag, 'Open an account', ['auth.email_taken', 'auth.username_taken', 'auth.weak_password']),
      },
    )
    .post('/login', ({ body, client }) => login(ctx, body, client), {
      open: { limit: 'login' },
      body: s.LoginBody,
      response: s.Token,
      detail: doc(tag, 'Log in', ['auth.wrong_credentials', 'auth.deactivated', 'auth.unverified']),
    })
    .post('/refresh', ({ body }) => refresh(ctx, body.refresh_token), {
      open: { limit: 'refresh' },
      body: s.RefreshBody,
      response: s.Token,
      detail: doc(tag, 'Trade a refresh token for a new pair', ['auth.invalid_refresh_token']),
    })
    .get('/me', ({ actor }) => getMe(ctx, actor), {
      member: true,
      response: s.User,
      detail: doc(tag, 'The signed-in account'),
    })
    .post(
      '/logout',
      async ({ actor, client }) => {
        await logout(ctx, actor);
        return say('auth.logged_out', client.language);
      },
      { member: true, response: Message, detail: doc(tag, 'End this session') },
    )
    .get('/sessions', ({ actor }) => listSessions(ctx, actor), {
      member: true,
      response: s.Sessions,
      detail: doc(tag, 'Where this account is logged in'),
    })
    .delete(
      '/sessions/:id',
      async ({ actor, params, set }) => {
        await deleteSession(ctx, actor, params.id);
        set.status = 204;
      },
      {
        member: true,
        params: IdParams,
        response: { 204: t.Void() },
        detail: doc(tag, 'End one session', ['auth.session_not_found']),
      },
    )
    .use(passwordRoutes(ctx))
    .use(verificationRoutes(ctx))
    .use(nameRoutes(ctx));
}

function passwordRoutes(ctx: Ctx) {
  return new Elysia({ name: 'auth.passwords' })
    .use(guard(ctx))
    .post(
      '/update-password',
      async ({ actor, body, client }) => {
        await updatePassword(ctx, actor, { current: body.current_password, next: body.new_password });
        return say('auth.password_changed', client.language);
      },
      {
        member: true,
        body: s.UpdatePasswordBody,
        response: Message,
        detail: doc(tag, 'Change the password; ends every session', [
          'auth.wrong_current_password',
          'auth.password_length',
          'auth.password_mix',
          'auth.user_not_found',
        ]),
      },
    )
    .post(
      '/forgot-password',
      async ({ body, client }) => {
        await forgotPassword(ctx, body.email);
        return say('auth.reset_mail_sent', client.language);
      },
      {
        open: { limit: 'mailSender' },
        body: s.AnyEmailBody,
        response: Message,
        detail: doc(tag, 'Ask for a reset link; the answer is the same for every address'),
      },
    )
    .post(
      '/reset-password',
      async ({ body, client }) => {
        await resetPassword(ctx, { token: body.token, newPassword: body.new_password });
        return say('auth.password_changed', client.language);
      },
      {
        open: { limit: 'mailLink' },
        body: s.ResetBody,
        response: Message,
        detail: doc(tag, 'Set a new password by a mailed link', [
          'auth.reset_fields_missing',
          'auth.password_length',
          'auth.password_mix',
          'auth.invalid_reset_token',
          'auth.user_not_found',
          'auth.unverified',
        ]),
      },
    );
}

function verificationRoutes(ctx: Ctx) {
  return new Elysia({ name: 'auth.verification' })
    .use(guard(ctx))
    .post(
      '/verify-email',
      async ({ body, client }) => {
        const { email, pendingSignup } = await verifyEmail(ctx, body.token);
        const pending = pendingSignup ? { pending_signup: true as const } : {};
        return { ...say('auth.email_verified', client.language), email, verified: true as const, ...pending };
      },
      {
        open: { limit: 'mailLink' },
        body: s.TokenBody,
        response: s.Verified,
        detail: doc(tag, 'Open a verification link', ['auth.invalid_verification_token']),
      },
    )
    .post(
      '/send-verification-email',
      async ({ body, client }) => {
        await sendVerification(ctx, body.email, client.language);
        return say('auth.verification_mail_sent', client.language);
      },
      {
        open: { limit: 'mailSender' },
        body: s.EmailBody,
        response: Message,
        detail: doc(tag, 'Mail a verification link', ['auth.already_verified']),
      },
    );
}

function nameRoutes(ctx: Ctx) {
  return new Elysia({ name: 'auth.names' })
    .use(guard(ctx))
    .get('/check-email', ({ query }) => checkEmail(ctx, query.email), {
      open: true,
      query: s.EmailQuery,
      response: s.Available,
      detail: doc(tag, 'Whether an e-mail address is free'),
    })
    .get('/check-username', ({ query }) => checkUsername(ctx, query.username), {
      open: true,
      query: s.UsernameQuery,
      response: s.Available,
      detail: doc(tag, 'Whether a username is free'),
    })
    .get('/generate-username', ({ client }) => generateUsername(ctx, client.language), {
      open: true,
      response: s.Username,
      detail: doc(tag, 'A free username'),
    });
}
