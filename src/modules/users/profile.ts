import type { Ctx } from '../../context.ts';
import type { Actor, Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { changeProfile, requireUser } from '../auth/profile.ts';
import { findDays, findTotals, type Totals } from './queries.ts';
import type { ModelInput, ProfileInput, ProfileView } from './schema.ts';

type Account = Awaited<ReturnType<typeof requireUser>>;

function isSelf(actor: Actor, userId: string): boolean {
  return actor.kind === 'member' && (actor.userId === userId || actor.isAdmin);
}

function viewProfile(row: Account, totals: Totals, self: boolean): ProfileView {
  return {
    id: row.id,
    email: self ? row.email : null,
    username: row.username,
    gender: row.gender,
    is_active: row.isActive,
    is_verified: row.isVerified,
    is_admin: row.isAdmin,
    avatar_url: row.avatarUrl,
    bio: row.bio,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    character_count: totals.characters,
    total_chat_count: totals.chats,
    total_like_count: totals.likes,
  };
}

/** A person's page. The address is for the person and administrators; others count only what lists show. Throws 404. */
export async function getProfile(ctx: Ctx, actor: Actor, userId: string): Promise<ProfileView> {
  const self = isSelf(actor, userId);
  const [row, totals] = await Promise.all([requireUser(ctx, userId), findTotals(ctx.db.pool, userId, self)]);
  return viewProfile(row, totals, self);
}

/** Changes one's own page; `null` clears picture and text. Throws `auth.forbidden` (403), `auth.username_taken` (400). */
export async function updateProfile(
  ctx: Ctx,
  actor: Member,
  userId: string,
  input: ProfileInput,
): Promise<ProfileView> {
  if (actor.userId !== userId) throw fail('auth.forbidden');
  const row = await changeProfile(ctx, userId, {
    ...(input.username == null ? {} : { username: input.username }),
    ...(input.avatar_url === undefined ? {} : { avatarUrl: input.avatar_url || null }),
    ...(input.bio === undefined ? {} : { bio: input.bio || null }),
  });
  return viewProfile(row, await findTotals(ctx.db.pool, userId, true), true);
}

function viewModelSettings(row: Account) {
  return {
    preferred_model: row.preferredModel,
    preferred_sub_model: row.preferredSubModel,
    response_length_pref: row.responseLengthPref,
  };
}

export async function getModelSettings(ctx: Ctx, actor: Member) {
  return viewModelSettings(await requireUser(ctx, actor.userId));
}

/** Any id is kept: which model is behind it, the model table decides at each turn. */
export async function setModelSettings(ctx: Ctx, actor: Member, input: ModelInput): Promise<void> {
  await changeProfile(ctx, actor.userId, {
    preferredModel: input.model,
    preferredSubModel: input.sub_model,
    ...(input.response_length ? { responseLengthPref: input.response_length } : {}),
  });
}

/** Sums over a person's characters, as `getProfile` counts them. Throws 404. */
export async function getOverview(ctx: Ctx, actor: Actor, userId: string) {
  await requireUser(ctx, userId);
  const totals = await findTotals(ctx.db.pool, userId, isSelf(actor, userId));
  return {
    user_id: userId,
    character_count: totals.characters,
    total_chat_count: totals.chats,
    total_like_count: totals.likes,
    total_comment_count: totals.comments,
  };
}

/** Day by day what one's characters got; for the person and administrators. Throws `auth.forbidden` (403). */
export async function getTimeseries(ctx: Ctx, actor: Member, userId: string, days: number) {
  if (!isSelf(actor, userId)) throw fail('auth.forbidden');
  return { items: await findDays(ctx.db.pool, userId, ctx.clock.now(), days) };
}
