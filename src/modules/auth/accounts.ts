import type { Ctx } from '../../context.ts';
import { withTx } from '../../db/tx.ts';
import { newId } from '../../lib/ids.ts';
import { audit, operator } from '../audit/audit.ts';
import { buryEndedSessions } from './access.ts';
import { hashPassword } from './passwords.ts';
import { revokeLive } from './session-queries.ts';
import { findTaken, findUserByEmail, findUserById, insertUser, promote, type UserRow } from './user-queries.ts';
import { normalEmail, normalUsername } from './users.ts';

type Account = { email: string; username: string; password?: string; isAdmin: boolean };

export async function findAccount(ctx: Ctx, email: string): Promise<UserRow | undefined> {
  return findUserByEmail(ctx.db.pool, normalEmail(email));
}

/** The account of a user, for what is sent to its owner; undefined when it is gone. */
export async function findAccountById(ctx: Ctx, userId: string): Promise<UserRow | undefined> {
  return findUserById(ctx.db.pool, userId);
}

/**
 * For operators' scripts: sees to it that a verified account exists. With `overwrite` an existing one is made verified,
 * active and what `isAdmin` says (its sessions end, so that no request goes on with the old rights); without, it stays.
 */
export async function ensureAccount(
  ctx: Ctx,
  account: Account,
  { overwrite }: { overwrite: boolean },
): Promise<'created' | 'changed' | 'kept'> {
  const existing = await findAccount(ctx, account.email);
  const now = ctx.clock.now();
  const act = { action: 'account.rights', details: { is_admin: account.isAdmin } };
  if (existing) {
    if (!overwrite) return 'kept';
    const ended = await withTx(ctx.db, async (tx) => {
      await promote(tx, existing.id, account.isAdmin);
      await audit(tx, operator, { ...act, target: existing.id });
      return revokeLive(tx, { userId: existing.id, at: now, because: 'user' });
    });
    await buryEndedSessions(ctx, ended);
    return 'changed';
  }
  if (!account.password) throw new Error('A new account needs a password.');
  const passwordHash = await hashPassword(account.password);
  const wanted = normalUsername(account.username);
  const taken = (await findTaken(ctx.db.pool, '', wanted)).username;
  const id = newId();
  await withTx(ctx.db, async (tx) => {
    if (account.isAdmin) await audit(tx, operator, { ...act, target: id });
    await insertUser(tx, {
      id,
      email: normalEmail(account.email),
      username: taken ? `${wanted}-${newId().slice(-6)}` : wanted,
      passwordHash,
      gender: 'female',
      isVerified: true,
      isAdmin: account.isAdmin,
      createdAt: now,
      updatedAt: now,
    });
  });
  return 'created';
}
