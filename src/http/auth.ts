import type { Ctx } from '../context.ts';
import { type Actor, guest } from '../lib/actor.ts';
import { sha256 } from '../lib/crypto.ts';
import { fail } from '../lib/errors.ts';
import type { Claims } from '../lib/jwt.ts';
import { memberOf } from '../modules/auth/access.ts';
import { connectionOf } from './connection.ts';

/** How many verified signatures a process remembers: verifying costs 25 times what remembering does. */
const REMEMBERED_TOKENS = 10_000;

/**
 * Makes the two steps that tell who sent a request. `claimsOf`: whose signature it carries, if that is good; only this is
 * remembered. `actorOf`: whether the session still stands, which is asked every time. With `optional`, no token is a
 * guest, and so is a bad one (a private thing then answers 401 by itself); without it both are `auth.not_authenticated`.
 */
export function createAuthenticator(ctx: Ctx) {
  const verified = new Map<string, Claims>();

  async function verify(token: string): Promise<Claims | undefined> {
    const digest = sha256(token);
    const known = verified.get(digest);
    if (known) return known.exp * 1_000 > ctx.clock.now().getTime() ? known : undefined;
    const claims = await ctx.tokens.verify('access', token);
    if (!claims) return undefined;
    if (verified.size >= REMEMBERED_TOKENS) verified.delete(verified.keys().next().value ?? '');
    verified.set(digest, claims);
    return claims;
  }

  return {
    async claimsOf(request: Request): Promise<Claims | undefined> {
      const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      return token === undefined ? undefined : verify(token);
    },

    async actorOf(request: Request, claims: Claims | undefined, optional: boolean): Promise<Actor> {
      const member = claims && (await memberOf(ctx, claims));
      if (member) {
        connectionOf(request).userId = member.userId;
        return member;
      }
      if (!optional) throw fail('auth.not_authenticated');
      return request.headers.has('authorization') ? { kind: 'guest', staleToken: true } : guest;
    },
  };
}
