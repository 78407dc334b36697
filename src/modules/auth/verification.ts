import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import { addSeconds } from '../../lib/clock.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Language } from '../../lib/language.ts';
import { parseMailToken } from '../../lib/mail-token.ts';
import { enqueue } from '../../queue/enqueue.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { spendToken } from '../../redis/limiter.ts';
import { insertMailToken, lockMailToken, markMailTokenUsed } from './mail-token-queries.ts';
import { findUserByEmail, markVerified } from './user-queries.ts';
import { normalEmail } from './users.ts';

const VERIFY_SECONDS = 86_400;

/** Queues a verification mail; the link's row and the job stand or fall with the caller's transaction. */
export async function requestVerification(tx: Tx, email: string, language: Language, now: Date): Promise<void> {
  const tokenId = newId();
  await insertMailToken(tx, {
    id: tokenId,
    purpose: 'verify',
    email,
    createdAt: now,
    expiresAt: addSeconds(now, VERIFY_SECONDS),
  });
  await enqueue(tx, 'mail.verify', { tokenId, language });
}

/**
 * Mails a verification link to any address, with or without an account: the front end verifies before it registers.
 * Throws `auth.already_verified` (400) and 429 after three mails to one address in an hour.
 */
export async function sendVerification(ctx: Ctx, address: string, language: Language): Promise<void> {
  const email = normalEmail(address);
  const user = await findUserByEmail(ctx.db.pool, email);
  if (user?.isVerified) throw fail('auth.already_verified');
  await spendToken({ redis: ctx.redis.commands, scale: ctx.config.rateLimitScale }, 'mailRecipient', email);
  await withTx(ctx.db, (tx) => requestVerification(tx, email, user?.locale ?? language, ctx.clock.now()));
}

/**
 * Opens a verification link. With an account, the account is verified; without one, the proof waits 24 h for the
 * registration. Opening a link again changes nothing and is no error. Throws `auth.invalid_verification_token` (400).
 */
export async function verifyEmail(ctx: Ctx, token: string): Promise<{ email: string; pendingSignup: boolean }> {
  const tokenId = parseMailToken(ctx.config.auth.jwtSecret, 'verify', token);
  if (!tokenId) throw fail('auth.invalid_verification_token');
  const now = ctx.clock.now();
  const opened = await withTx(ctx.db, async (tx) => {
    const row = await lockMailToken(tx, tokenId, 'verify', now);
    if (!row) return undefined;
    const user = await findUserByEmail(tx, row.email);
    if (user) {
      if (!user.isVerified && row.usedAt) return undefined;
      await markVerified(tx, user.id);
    } else if (row.consumedAt) {
      // Its account was made and is gone: the proof was spent on it.
      return undefined;
    }
    if (!row.usedAt) await markMailTokenUsed(tx, row.id, now);
    return { email: row.email, provenAt: row.usedAt ?? now, pendingSignup: !user };
  });
  if (!opened) throw fail('auth.invalid_verification_token');
  if (opened.pendingSignup) await setMarker(ctx, opened.email, opened.provenAt);
  return { email: opened.email, pendingSignup: opened.pendingSignup };
}

/** Leaves the marker that registration looks for (seed, Flow 1, step 3), for what is left of its 24 hours. */
async function setMarker(ctx: Ctx, email: string, provenAt: Date): Promise<void> {
  const left = ttlSeconds.preverifiedEmail - Math.floor((ctx.clock.now().getTime() - provenAt.getTime()) / 1_000);
  if (left <= 0) return;
  await ctx.redis.commands.set(keys.preverifiedEmail(email), '1', 'EX', left).catch((error: unknown) => {
    // The row in Postgres says the same.
    if (!isRedisDown(error)) throw error;
  });
}
