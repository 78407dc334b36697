import { randomBytes } from 'node:crypto';
import type { Ctx } from '../../context.ts';
import { violatedUnique, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { audit } from '../audit/audit.ts';
import { buryEndedSessions } from './access.ts';
import { hashPassword } from './passwords.ts';
import { revokeLive } from './session-queries.ts';
import { countAccounts, findAccountPage, lockActiveAdmins, updateIsActive } from './user-admin-queries.ts';
import { insertUser } from './user-queries.ts';
import { normalEmail, normalUsername } from './users.ts';

/** A page of all accounts, newest first, and how many there are. */
export async function listAccounts(ctx: Ctx, page: { skip: number; limit: number }) {
  const [rows, total] = await Promise.all([findAccountPage(ctx.db.pool, page), countAccounts(ctx.db.pool)]);
  return { rows, total };
}

/**
 * Switches an account on or off. Switched off, its sessions have ended on every instance before this returns. Throws
 * `auth.user_not_found` (404), `auth.not_oneself` (409), and `auth.forbidden` (403) when the one who asks was switched
 * off himself a moment before: so there is always an administrator left.
 */
export async function setAccountActive(ctx: Ctx, actor: Member, userId: string, isActive: boolean) {
  if (!isActive && actor.userId === userId) throw fail('auth.not_oneself');
  const now = ctx.clock.now();
  const { row, ended } = await withTx(ctx.db, async (tx) => {
    const admins = await lockActiveAdmins(tx);
    if (!admins.includes(actor.userId)) throw fail('auth.forbidden');
    const changed = await updateIsActive(tx, userId, isActive, now);
    if (!changed) throw fail('auth.user_not_found');
    await audit(tx, actor, { action: 'account.active', target: userId, details: { is_active: isActive } });
    const gone = isActive ? [] : await revokeLive(tx, { userId, at: now, because: 'deactivated' });
    return { row: changed, ended: gone };
  });
  await buryEndedSessions(ctx, ended);
  return { id: row.id, is_active: row.isActive };
}

type TestAccountInput = {
  gender?: 'male' | 'female' | null;
  email_prefix?: string | null;
  username_prefix?: string | null;
};

/** Mail to it goes nowhere (RFC 2606). */
const TEST_DOMAIN = 'test.example.com';
const TRIES = 3;

/** Opens a verified account with fresh names, for tests by hand. The password is shown this once. */
export async function makeTestAccount(ctx: Ctx, input: TestAccountInput) {
  // A letter and a digit, whatever the dice say.
  const password = `Aa1${randomBytes(12).toString('base64url')}`;
  const passwordHash = await hashPassword(password);
  const now = ctx.clock.now();
  for (let tries = 1; ; tries += 1) {
    const tail = randomBytes(5).toString('hex');
    try {
      const row = await withTx(ctx.db, (tx) =>
        insertUser(tx, {
          id: newId(),
          email: normalEmail(`${input.email_prefix || 'test'}-${tail}@${TEST_DOMAIN}`),
          username: normalUsername(`${input.username_prefix || 'test'}-${tail}`),
          passwordHash,
          gender: input.gender ?? 'female',
          isVerified: true,
          createdAt: now,
          updatedAt: now,
        }),
      );
      const { id, email, username, gender, isVerified } = row;
      return { id, email, username, password, gender, is_verified: isVerified };
    } catch (error) {
      if (tries >= TRIES || violatedUnique(error) === undefined) throw error;
    }
  }
}
