import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { parseMailToken } from '../../lib/mail-token.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { spendToken } from '../../redis/limiter.ts';
import { buryEndedSessions } from './access.ts';
import { lockMailToken, markMailTokenUsed } from './mail-token-queries.ts';
import { checkPassword, hashPassword, requireGoodPassword } from './passwords.ts';
import { revokeLive } from './session-queries.ts';
import { findUserByEmail, findUserById, updatePasswordHash } from './user-queries.ts';
import { normalEmail } from './users.ts';

/**
 * Asks for a way back into an account (seed, Flow 1, step 6). The same work for every address: one job, and only the
 * worker looks whether there is an account, so neither answer nor time tells.
 */
export async function forgotPassword(ctx: Ctx, address: string): Promise<void> {
  const email = normalEmail(address);
  await spendToken({ redis: ctx.redis.commands, scale: ctx.config.rateLimitScale }, 'mailRecipient', email);
  await withTx(ctx.db, (tx) => enqueue(tx, 'mail.forgot_password', { requestId: newId(), email }));
}

/**
 * Sets a new password by a mailed link (seed, Flow 1, step 7). Checks in the contract's order: both given, length, mix,
 * token, account, verification policy. The link works once; every session ends.
 */
export async function resetPassword(
  ctx: Ctx,
  input: { token?: string | null; newPassword?: string | null },
): Promise<void> {
  if (!input.token || !input.newPassword) throw fail('auth.reset_fields_missing');
  requireGoodPassword(input.newPassword);
  const tokenId = parseMailToken(ctx.config.auth.jwtSecret, 'reset', input.token);
  if (!tokenId) throw fail('auth.invalid_reset_token');
  const passwordHash = await hashPassword(input.newPassword);
  const now = ctx.clock.now();
  const ended = await withTx(ctx.db, async (tx) => {
    const row = await lockMailToken(tx, tokenId, 'reset', now);
    if (!row || row.usedAt) throw fail('auth.invalid_reset_token');
    const user = await findUserByEmail(tx, row.email);
    if (!user) throw fail('auth.user_not_found');
    if (ctx.config.auth.verificationRequired && !user.isVerified) throw fail('auth.unverified');
    await markMailTokenUsed(tx, row.id, now);
    return replacePassword(tx, user.id, passwordHash, now);
  });
  await buryEndedSessions(ctx, ended);
}

/**
 * Changes one's own password. Throws `auth.wrong_current_password` or the password rule's 400. Every session ends, the
 * asking one too: who knew the old password is out.
 */
export async function updatePassword(ctx: Ctx, actor: Member, input: { current: string; next: string }): Promise<void> {
  const user = await findUserById(ctx.db.pool, actor.userId);
  if (!user) throw fail('auth.user_not_found');
  const limits = { redis: ctx.redis.commands, scale: ctx.config.rateLimitScale };
  await spendToken(limits, 'loginAccount', user.email);
  if (!(await checkPassword(user.passwordHash, input.current))) throw fail('auth.wrong_current_password');
  requireGoodPassword(input.next);
  const passwordHash = await hashPassword(input.next);
  const ended = await withTx(ctx.db, (tx) => replacePassword(tx, user.id, passwordHash, ctx.clock.now()));
  await buryEndedSessions(ctx, ended);
}

/** New hash, no sessions, and a notice to the owner: all or nothing. Returns the sessions that were alive. */
async function replacePassword(tx: Tx, userId: string, passwordHash: string, now: Date): Promise<string[]> {
  await updatePasswordHash(tx, userId, passwordHash);
  await enqueue(tx, 'mail.password_changed', { userId, noticeId: newId() });
  return revokeLive(tx, { userId, at: now, because: 'password' });
}
