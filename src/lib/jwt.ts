import { jwt } from '@elysiajs/jwt';

/** What a token is for; one kind never passes as another. */
export type TokenType = 'access' | 'refresh';

/** Claims we sign: `sub` user, `sid` session, `jti` token, `exp` in epoch seconds. Equal claims give equal tokens. */
export type Claims = { sub: string; sid: string; jti: string; exp: number };

export type TokenSigner = {
  sign(type: TokenType, claims: Claims): Promise<string>;
  /** The claims of a token of this type that is authentic and not expired; undefined for anything else. */
  verify(type: TokenType, token: string): Promise<Claims | undefined>;
};

const ISSUER = 'fabula';
const AUDIENCE = 'fabula-api';
const MAX_TOKEN_CHARS = 2_000;

/**
 * Signs and verifies with HS256 through @elysiajs/jwt. Algorithm, issuer, audience, type and expiry are all required of
 * a token (RFC 8725): the header of a token never chooses how it is checked.
 */
export function createTokenSigner(secret: string, clock: { now(): Date }): TokenSigner {
  // The plugin's own decorator is all we need of it; it is used outside of any route.
  const { sign, verify } = jwt({ name: 'jwt', secret }).decorator.jwt;
  return {
    sign(type, claims) {
      return sign({ ...claims, type, iss: ISSUER, aud: AUDIENCE, iat: false });
    },
    async verify(type, token) {
      if (token.length > MAX_TOKEN_CHARS) return undefined;
      const payload: unknown = await verify(token, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'sub', 'sid', 'jti'],
        currentDate: clock.now(),
      });
      return isClaims(payload) && payload.type === type ? payload : undefined;
    },
  };
}

function isClaims(value: unknown): value is Claims & { type: string } {
  if (value === null || typeof value !== 'object') return false;
  const has = (key: string, type: string) => key in value && typeof value[key as keyof typeof value] === type;
  return (
    has('sub', 'string') &&
    has('sid', 'string') &&
    has('jti', 'string') &&
    has('exp', 'number') &&
    has('type', 'string')
  );
}
