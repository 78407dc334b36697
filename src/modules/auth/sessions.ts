import type { Ctx } from '../../context.ts';
import { type Tx, withTx } from '../../db/tx.ts';
import type { Member } from '../../lib/actor.ts';
import { fail } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { buryEndedSessions } from './access.ts';
import type { TokenView } from './schema.ts';
import {
  findRefreshToken,
  insertRefreshToken,
  listLiveSessions,
  lockRefreshToken,
  markRefreshTokenUsed,
  prolongSession,
  type RefreshRow,
  revokeLive,
} from './session-queries.ts';
import { issueTokens, refreshExpiry } from './tokens.ts';

/** For so long a used refresh token still leads to its successor: two tabs refresh with the same one. */
const GRACE_MS = 30_000;
/** A chain of successors within the grace is a handful; more is no client of ours. */
const MAX_CHAIN = 20;

type Verdict =
  | { kind: 'issue'; userId: string; refresh: RefreshRow }
  | { kind: 'refuse' }
  | { kind: 'reused'; userId: string; sessionId: string };

/**
 * Trades a refresh token for a new pair. Each token works once; within 30 s the used one leads to the same successor, and
 * after that its use means it was stolen: the whole session ends. Throws `auth.invalid_refresh_token` (401).
 */
export async function refresh(ctx: Ctx, token: string): Promise<TokenView> {
  const claims = await ctx.tokens.verify('refresh', token);
  if (!claims) throw fail('auth.invalid_refresh_token');
  const now = ctx.clock.now();
  // The verdict leaves the transaction as a value: a throw in it would undo what was decided.
  const verdict = await withTx(ctx.db, (tx) => rotate(ctx, tx, claims.jti, now));
  if (verdict.kind === 'issue') return issueTokens(ctx, verdict.userId, verdict.refresh);
  if (verdict.kind === 'reused') {
    ctx.log.warn('refresh token reused', { user_id: verdict.userId, session_id: verdict.sessionId });
    await endSession(ctx, verdict.userId, verdict.sessionId, 'reuse');
  }
  throw fail('auth.invalid_refresh_token');
}

async function rotate(ctx: Ctx, tx: Tx, tokenId: string, now: Date): Promise<Verdict> {
  const found = await lockRefreshToken(tx, tokenId);
  if (!found) return { kind: 'refuse' };
  const { token, session, user } = found;
  const mayLogIn = user.isActive && (user.isVerified || !ctx.config.auth.verificationRequired);
  if (session.revokedAt || session.expiresAt <= now || token.expiresAt <= now || !mayLogIn) return { kind: 'refuse' };
  if (token.usedAt === null) {
    const successor = {
      id: newId(),
      sessionId: session.id,
      issuedAt: now,
      expiresAt: refreshExpiry(now),
      usedAt: null,
      successorId: null,
    };
    await insertRefreshToken(tx, successor);
    await markRefreshTokenUsed(tx, token.id, now, successor.id);
    await prolongSession(tx, session.id, now, successor.expiresAt);
    return { kind: 'issue', userId: session.userId, refresh: successor };
  }
  if (now.getTime() - token.usedAt.getTime() > GRACE_MS)
    return { kind: 'reused', userId: session.userId, sessionId: session.id };
  const newest = await newestSuccessor(tx, token);
  return newest ? { kind: 'issue', userId: session.userId, refresh: newest } : { kind: 'refuse' };
}

/** The end of a token's chain: the other tab may have rotated on already. */
async function newestSuccessor(tx: Tx, token: RefreshRow): Promise<RefreshRow | undefined> {
  let current: RefreshRow | undefined = token;
  for (let step = 0; step < MAX_CHAIN && current?.successorId; step++)
    current = await findRefreshToken(tx, current.successorId);
  return current?.usedAt === null ? current : undefined;
}

async function endSession(
  ctx: Ctx,
  userId: string,
  sessionId: string,
  because: 'logout' | 'reuse' | 'user',
): Promise<boolean> {
  const ended = await withTx(ctx.db, (tx) => revokeLive(tx, { userId, sessionId, at: ctx.clock.now(), because }));
  await buryEndedSessions(ctx, ended);
  return ended.length > 0;
}

/** Ends the session that asks. */
export async function logout(ctx: Ctx, actor: Member): Promise<void> {
  await endSession(ctx, actor.userId, actor.sessionId, 'logout');
}

export async function listSessions(ctx: Ctx, actor: Member) {
  const rows = await listLiveSessions(ctx.db.pool, actor.userId, ctx.clock.now());
  return {
    sessions: rows.map((row) => ({
      id: row.id,
      user_agent: row.userAgent,
      address: row.address,
      created_at: row.createdAt.toISOString(),
      last_seen_at: row.lastSeenAt.toISOString(),
      current: row.id === actor.sessionId,
    })),
  };
}

/** Ends one of one's own sessions. Throws `auth.session_not_found`, also for somebody else's. */
export async function deleteSession(ctx: Ctx, actor: Member, sessionId: string): Promise<void> {
  if (!(await endSession(ctx, actor.userId, sessionId, 'user'))) throw fail('auth.session_not_found');
}
