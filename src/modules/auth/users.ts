import type { Ctx } from '../../context.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import type { Language } from '../../lib/language.ts';
import type { UserView } from './schema.ts';
import { findTaken, findUsedUsernames, findUserById, type UserRow } from './user-queries.ts';
import { adjectives, nouns } from './username-words.ts';

/** Addresses are compared and stored like this. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Usernames keep their case; one spelling per name, and no control characters that make look-alikes. */
export function normalUsername(username: string): string {
  const normal = username
    .normalize('NFKC')
    .replace(/[\p{C}]/gu, '')
    .trim();
  if ([...normal].length < 2)
    throw fail('http.invalid', {
      params: { problem: 'username' },
      fields: [{ pointer: '/username', detail: 'at least 2 characters' }],
    });
  return normal;
}

/** The account as its owner sees it. */
export function viewUser(row: UserRow): UserView {
  return {
    id: row.id,
    email: row.email,
    username: row.username,
    gender: row.gender,
    is_active: row.isActive,
    is_verified: row.isVerified,
    is_admin: row.isAdmin,
    avatar_url: row.avatarUrl,
    bio: row.bio,
    preferred_model: row.preferredModel,
    preferred_sub_model: row.preferredSubModel,
    response_length_pref: row.responseLengthPref,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export async function getMe(ctx: Ctx, actor: Member): Promise<UserView> {
  const row = await findUserById(ctx.db.pool, actor.userId);
  if (!row) throw fail('auth.not_authenticated');
  return viewUser(row);
}

export async function checkEmail(ctx: Ctx, email: string): Promise<{ available: boolean }> {
  return { available: !(await findTaken(ctx.db.pool, normalEmail(email), '')).email };
}

/** Exact and case-sensitive, as usernames compare. */
export async function checkUsername(ctx: Ctx, username: string): Promise<{ available: boolean }> {
  return { available: !(await findTaken(ctx.db.pool, '', username)).username };
}

const CANDIDATES = 10;

/** A free username of an adjective, a noun and a number. All candidates are looked up in one query. */
export async function generateUsername(ctx: Ctx, language: Language): Promise<{ username: string }> {
  const pick = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)] as T;
  const draw = (max: number) =>
    `${pick(adjectives[language])}${pick(nouns[language])}${1 + Math.floor(Math.random() * max)}`;
  const candidates = Array.from({ length: CANDIDATES }, () => draw(999));
  const used = await findUsedUsernames(ctx.db.pool, candidates);
  return { username: candidates.find((candidate) => !used.has(candidate)) ?? draw(9_999_999) };
}
