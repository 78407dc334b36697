import type { Ctx } from '../../context.ts';
import { addSeconds } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { TokenView } from './schema.ts';
import type { RefreshRow } from './session-queries.ts';

/** How long a login lasts without being used. */
const REFRESH_SECONDS = 7 * 86_400;

export const refreshExpiry = (now: Date): Date => addSeconds(now, REFRESH_SECONDS);

/** The pair of tokens a client holds. Signing again a refresh token that exists gives the same text. */
export async function issueTokens(
  ctx: Ctx,
  userId: string,
  refresh: Pick<RefreshRow, 'id' | 'sessionId' | 'expiresAt'>,
): Promise<TokenView> {
  const seconds = (at: Date) => Math.floor(at.getTime() / 1_000);
  const owner = { sub: userId, sid: refresh.sessionId };
  const [accessToken, refreshToken] = await Promise.all([
    ctx.tokens.sign('access', {
      ...owner,
      jti: newId(),
      exp: seconds(ctx.clock.now()) + ctx.config.auth.accessTokenSeconds,
    }),
    ctx.tokens.sign('refresh', { ...owner, jti: refresh.id, exp: seconds(refresh.expiresAt) }),
  ]);
  return { access_token: accessToken, refresh_token: refreshToken, token_type: 'bearer', user_id: userId };
}
