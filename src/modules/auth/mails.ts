import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import { addSeconds } from '../../lib/clock.ts';
import type { Language } from '../../lib/language.ts';
import { mailTokenText } from '../../lib/mail-token.ts';
import { forgotPasswordLink, resetLink, verificationLink } from '../../mail/links.ts';
import { passwordChangedMail, passwordResetMail, verificationMail } from '../../mail/templates.ts';
import type { TaskPayload } from '../../queue/catalogue.ts';
import { expireOlderResetLinks, findMailToken, lockUserByEmail } from './mail-queries.ts';
import { insertMailToken, type MailTokenRow } from './mail-token-queries.ts';
import { findUserById, type UserRow } from './user-queries.ts';

const VERIFY_SECONDS = 86_400;
const RESET_SECONDS = 3_600;

/**
 * Job: mails the link of a verification row. A row that is gone, opened or expired needs no mail. However often it runs,
 * it sends the same mail under the same key.
 */
export async function sendVerificationMail(ctx: Ctx, payload: TaskPayload<'mail.verify'>): Promise<void> {
  const token = await findMailToken(ctx.db.pool, payload.tokenId);
  if (token?.purpose !== 'verify' || !isOpen(token, ctx.clock.now())) return;
  await mailVerificationLink(ctx, token, payload.language);
}

/**
 * Job: answers a forgot-password request. Only here, out of sight of who asked, is looked whether there is an account:
 * none or a deactivated one gets nothing, an unverified one a verification link, any other a reset link, in the
 * account's language.
 */
export async function sendForgotPasswordMail(ctx: Ctx, payload: TaskPayload<'mail.forgot_password'>): Promise<void> {
  const issued = await withTx(ctx.db, (tx) => issueWayBack(ctx, tx, payload));
  if (!issued) return;
  const { token, user } = issued;
  if (token.purpose === 'verify') return mailVerificationLink(ctx, token, user.locale);
  const link = resetLink(ctx.config.frontendBaseUrl, mailTokenText(ctx.config.auth.jwtSecret, 'reset', token.id));
  await ctx.mail.send({
    to: token.email,
    ...passwordResetMail({ link, name: user.username, language: user.locale }),
    idempotencyKey: `reset-password/${token.id}`,
  });
}

/** Job: tells the owner of an account that its password was changed. */
export async function sendPasswordChangedMail(ctx: Ctx, payload: TaskPayload<'mail.password_changed'>): Promise<void> {
  const user = await findUserById(ctx.db.pool, payload.userId);
  if (!user) return;
  const link = forgotPasswordLink(ctx.config.frontendBaseUrl);
  await ctx.mail.send({
    to: user.email,
    ...passwordChangedMail({ link, name: user.username, language: user.locale }),
    idempotencyKey: `password-changed/${payload.noticeId}`,
  });
}

function isOpen(token: MailTokenRow, now: Date): boolean {
  return token.usedAt === null && token.expiresAt > now;
}

async function mailVerificationLink(ctx: Ctx, token: MailTokenRow, language: Language): Promise<void> {
  const link = verificationLink(
    ctx.config.frontendBaseUrl,
    mailTokenText(ctx.config.auth.jwtSecret, 'verify', token.id),
  );
  await ctx.mail.send({
    to: token.email,
    ...verificationMail({ link, language }),
    idempotencyKey: `verify-email/${token.id}`,
  });
}

/**
 * The link row of a request, made at the job's first try and found at the later ones. The account's row is locked: the
 * newest reset link of an address is the only one that works.
 */
async function issueWayBack(
  ctx: Ctx,
  tx: Tx,
  { requestId, email }: TaskPayload<'mail.forgot_password'>,
): Promise<{ token: MailTokenRow; user: UserRow } | undefined> {
  const now = ctx.clock.now();
  const user = await lockUserByEmail(tx, email);
  if (!user?.isActive) return undefined;
  const earlier = await findMailToken(tx, requestId);
  if (earlier) return isOpen(earlier, now) ? { token: earlier, user } : undefined;
  const purpose = ctx.config.auth.verificationRequired && !user.isVerified ? 'verify' : 'reset';
  const expiresAt = addSeconds(now, purpose === 'verify' ? VERIFY_SECONDS : RESET_SECONDS);
  const token = { id: requestId, purpose, email, createdAt: now, expiresAt, usedAt: null, consumedAt: null } as const;
  await insertMailToken(tx, token);
  if (purpose === 'reset') await expireOlderResetLinks(tx, email, requestId, now);
  return { token, user };
}
