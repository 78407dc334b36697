import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { clearBucket, spendToken } from '../../redis/limiter.ts';
import { checkPassword, hashPassword, isOutdated } from './passwords.ts';
import type { TokenView } from './schema.ts';
import { insertRefreshToken, insertSession } from './session-queries.ts';
import { issueTokens, refreshExpiry } from './tokens.ts';
import { findUserByEmail, noteLogin } from './user-queries.ts';
import { normalEmail } from './users.ts';

type Device = { address: string; userAgent: string };

/**
 * Opens a session (seed, Flow 1, step 5). A wrong address and a wrong password give the same 401 after the same work;
 * what else is wrong with an account is told only to who knows its password. Tries count per account and are forgotten
 * at a success.
 */
export async function login(ctx: Ctx, input: { email: string; password: string }, device: Device): Promise<TokenView> {
  const email = normalEmail(input.email);
  const limits = { redis: ctx.redis.commands, scale: ctx.config.rateLimitScale };
  await spendToken(limits, 'loginAccount', email);
  const user = await findUserByEmail(ctx.db.pool, email);
  const matches = await checkPassword(user?.passwordHash, input.password);
  if (!user || !matches) throw fail('auth.wrong_credentials');
  if (!user.isActive) throw fail('auth.deactivated');
  if (ctx.config.auth.verificationRequired && !user.isVerified) throw fail('auth.unverified');

  const rehashed = isOutdated(user.passwordHash) ? await hashPassword(input.password) : undefined;
  const now = ctx.clock.now();
  const refresh = { id: newId(), sessionId: newId(), issuedAt: now, expiresAt: refreshExpiry(now) };
  await withTx(ctx.db, async (tx) => {
    await insertSession(tx, {
      id: refresh.sessionId,
      userId: user.id,
      userAgent: device.userAgent,
      address: device.address,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: refresh.expiresAt,
    });
    await insertRefreshToken(tx, refresh);
    await noteLogin(tx, user.id, now, rehashed);
  });
  await clearBucket(limits, 'loginAccount', email);
  return issueTokens(ctx, user.id, refresh);
}
