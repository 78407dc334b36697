import { type DocumentDecoration, Elysia } from 'elysia';
import type { Ctx } from '../context.ts';
import type { Actor, Guest, Member } from '../lib/actor.ts';
import { fail } from '../lib/errors.ts';
import type { Language } from '../lib/language.ts';
import { spendToken } from '../redis/limiter.ts';
import { type LimitName, type LimitPolicy, limitPolicies } from '../redis/limits.ts';
import { createAuthenticator } from './auth.ts';
import { readJson } from './body.ts';
import { connectionOf } from './connection.ts';

/** Who may call a route. `open`: nobody is looked at; `visitor`: a guest or a member; `member`; `admin`. */
export type Access = 'open' | 'visitor' | 'member' | 'admin';

type Options =
  | true
  | {
      /** The rate that applies; without one, `read` for GET and `write` for the rest. */
      limit?: LimitName;
      /** The rate for guests, where theirs is another. */
      guestLimit?: LimitName;
      /** `raw` leaves the body to the route (signatures, uploads). */
      body?: 'json' | 'raw';
    };

/** What a service may want to know of the caller's side of the connection. */
export type Client = { address: string; userAgent: string; language: Language };

type HookContext = { request: Request };

/**
 * The macros by which every route says who may call it. They run before the body is read and validated, so that a
 * stranger always gets 401 and never a list of what was wrong with the request.
 */
export function guard(ctx: Ctx) {
  const authenticate = createAuthenticator(ctx);
  const admitted = new WeakMap<Request, Promise<Actor>>();

  async function admit(access: Access, options: Exclude<Options, true>, request: Request): Promise<Actor> {
    const actor = access === 'open' ? ({ kind: 'guest' } as const) : await authenticate(request, access === 'visitor');
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const limit = (actor.kind === 'guest' && options.guestLimit) || options.limit || (reads ? 'read' : 'write');
    const policy: LimitPolicy = limitPolicies[limit];
    const subject =
      policy.subject === 'actor' && actor.kind === 'member' ? actor.userId : connectionOf(request).address;
    await spendToken({ redis: ctx.redis.commands, scale: ctx.config.rateLimitScale }, limit, subject);
    if (access === 'admin' && !(actor.kind === 'member' && actor.isAdmin)) throw fail('auth.forbidden');
    return actor;
  }

  function macro<A extends Actor>(access: Access) {
    return (given: Options) => {
      const options = given === true ? {} : given;
      // Parsing comes first for requests with a body, transforming for those without; admission happens once.
      const once = (request: Request): Promise<Actor> => {
        const found = admitted.get(request) ?? admit(access, options, request);
        admitted.set(request, found);
        return found;
      };
      return {
        detail: { 'x-access': access } as DocumentDecoration,
        parse: async ({ request }: HookContext) => {
          await once(request);
          // Elysia takes undefined for "not parsed" and would parse by itself.
          return options.body === 'raw' ? null : ((await readJson(request)) ?? null);
        },
        transform: async ({ request }: HookContext) => {
          await once(request);
        },
        resolve: async ({ request }: HookContext) => ({
          actor: (await once(request)) as A,
          client: clientOf(request),
        }),
      };
    };
  }

  return new Elysia({ name: 'guard' }).macro({
    open: macro<Guest>('open'),
    visitor: macro<Actor>('visitor'),
    member: macro<Member>('member'),
    admin: macro<Member>('admin'),
  });
}

function clientOf(request: Request): Client {
  const { address, language } = connectionOf(request);
  return { address, language, userAgent: (request.headers.get('user-agent') ?? '').slice(0, 300) };
}
