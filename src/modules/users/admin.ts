import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { listAccounts, makeTestAccount, setAccountActive } from '../auth/user-admin.ts';
import { findUsage } from './queries.ts';

/** Accounts, newest first, with what they made and used: one query more for a page, however long it is. */
export async function listUsers(ctx: Ctx, page: { skip: number; limit: number }) {
  const { rows, total } = await listAccounts(ctx, page);
  const usage = await findUsage(
    ctx.db.pool,
    rows.map(({ id }) => id),
  );
  const items = rows.map((row) => ({
    id: row.id,
    email: row.email,
    username: row.username,
    is_admin: row.isAdmin,
    is_active: row.isActive,
    created_at: row.createdAt.toISOString(),
    last_login_at: row.lastLoginAt?.toISOString() ?? null,
    created_character_count: usage.get(row.id)?.characters ?? 0,
    used_chat_count: usage.get(row.id)?.chats ?? 0,
    // What somebody reads is not recorded by person.
    used_view_count: 0,
  }));
  return { total, ...page, items };
}

/** See `setAccountActive`. */
export async function setUserActive(ctx: Ctx, actor: Member, userId: string, input: { is_active: boolean }) {
  return setAccountActive(ctx, actor, userId, input.is_active);
}

/** See `makeTestAccount`. */
export async function makeTestUser(ctx: Ctx, input: Parameters<typeof makeTestAccount>[1]) {
  return makeTestAccount(ctx, input);
}
