import type { Ctx } from '../../context.ts';
import { violatedUnique } from '../../db/tx.ts';
import { fail } from '../../lib/errors.ts';
import { findUserById, type UserRow, updateProfile } from './user-queries.ts';
import { normalUsername } from './users.ts';

type Profile = Parameters<typeof updateProfile>[2];

/** An account, for modules that show people. Throws `auth.user_not_found` (404). */
export async function requireUser(ctx: Ctx, userId: string): Promise<UserRow> {
  const row = await findUserById(ctx.db.pool, userId);
  if (!row) throw fail('auth.user_not_found');
  return row;
}

/** Changes an account's own words and preferences. Throws `auth.username_taken` (400) and `auth.user_not_found` (404). */
export async function changeProfile(ctx: Ctx, userId: string, profile: Profile): Promise<UserRow> {
  const username = profile.username === undefined ? {} : { username: normalUsername(profile.username) };
  try {
    const row = await updateProfile(ctx.db.pool, userId, { ...profile, ...username }, ctx.clock.now());
    if (!row) throw fail('auth.user_not_found');
    return row;
  } catch (error) {
    if (violatedUnique(error) === 'users_username_unique') throw fail('auth.username_taken', { cause: error });
    throw error;
  }
}
