import type { Ctx } from '../../context.ts';
import { violatedUnique, withTx } from '../../db/tx.ts';
import { addSeconds } from '../../lib/clock.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Language } from '../../lib/language.ts';
import { isRedisDown } from '../../redis/client.ts';
import { keys, ttlSeconds } from '../../redis/keys.ts';
import { consumeProofs } from './mail-token-queries.ts';
import { passwordFault } from './password-rule.ts';
import { hashPassword } from './passwords.ts';
import type { RegisterInput, UserView } from './schema.ts';
import { findTaken, insertUser } from './user-queries.ts';
import { normalEmail, normalUsername, viewUser } from './users.ts';
import { requestVerification } from './verification.ts';

/**
 * Opens an account (seed, Flow 1, steps 1-4). An address proven beforehand is verified at once and its proof is used up;
 * otherwise, under the policy, a verification mail is queued with the row. Throws `auth.email_taken`, then
 * `auth.username_taken` (400), also when two requests race: the unique indexes decide.
 */
export async function register(ctx: Ctx, input: RegisterInput, language: Language): Promise<UserView> {
  const email = normalEmail(input.email);
  const username = normalUsername(input.username);
  if (passwordFault(input.password)) throw fail('auth.weak_password');
  const taken = await findTaken(ctx.db.pool, email, username);
  if (taken.email) throw fail('auth.email_taken');
  if (taken.username) throw fail('auth.username_taken');

  const preverifiedKey = keys.preverifiedEmail(email);
  const [passwordHash, marker] = await Promise.all([
    hashPassword(input.password),
    ctx.redis.commands.get(preverifiedKey).catch((error: unknown) => {
      // The proof in Postgres stands without the marker.
      if (isRedisDown(error)) return null;
      throw error;
    }),
  ]);
  const now = ctx.clock.now();
  try {
    const user = await withTx(ctx.db, async (tx) => {
      const proven = await consumeProofs(tx, email, addSeconds(now, -ttlSeconds.preverifiedEmail), now);
      const isVerified = proven || marker !== null || !ctx.config.auth.verificationRequired;
      const row = { id: newId(), email, username, passwordHash, gender: input.gender, locale: language, isVerified };
      const inserted = await insertUser(tx, { ...row, createdAt: now, updatedAt: now });
      if (!isVerified) await requestVerification(tx, email, language, now);
      return inserted;
    });
    await ctx.redis.commands
      .del(preverifiedKey)
      .catch((error: unknown) => ctx.log.warn('marker not deleted', { error }));
    return viewUser(user);
  } catch (error) {
    const constraint = violatedUnique(error);
    if (constraint === 'users_email_unique') throw fail('auth.email_taken', { cause: error });
    if (constraint === 'users_username_unique') throw fail('auth.username_taken', { cause: error });
    throw error;
  }
}
