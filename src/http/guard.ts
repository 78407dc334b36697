import { type DocumentDecoration, Elysia } from 'elysia';
import type { Ctx } from '../context.ts';
import type { Actor, Guest, Member } from '../lib/actor.ts';
import { fail } from '../lib/errors.ts';
import type { Language } from '../lib/language.ts';
import { type AdminCall, closeAct, openAct, recordRead } from '../modules/audit/audit.ts';
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
      /** The rate that applies; without one, `read` for GET and `write` for the rest. False: the service has its own. */
      limit?: LimitName | false;
      /** The rate for guests, where theirs is another. */
      guestLimit?: LimitName;
      /** `raw` leaves the body to the route (signatures, uploads). */
      body?: 'json' | 'raw';
      /** For a JSON body that may be larger than others. */
      maxBytes?: number;
    };

/** What a service may want to know of the caller's side of the connection. */
export type Client = { address: string; userAgent: string; language: Language };

type HookContext = { request: Request; route: string };
/** More of what hooks are given; Elysia's types know it per route only. */
type RouteContext = HookContext & { params?: Record<string, string>; responseValue?: unknown };

/**
 * The macros by which every route says who may call it. They run before the body is read and validated, so that a
 * stranger always gets 401 and never a list of what was wrong with the request.
 */
export function guard(ctx: Ctx) {
  const { claimsOf, actorOf } = createAuthenticator(ctx);
  const admitted = new WeakMap<Request, Promise<Actor>>();

  async function admit(access: Access, options: Exclude<Options, true>, request: Request): Promise<Actor> {
    if (access === 'open') {
      await spend(options, request, undefined);
      return { kind: 'guest' };
    }
    const claims = await claimsOf(request);
    // The session and the bucket of whom the signature names are asked for in the same breath: one wait, not two.
    const [who, spent] = await Promise.allSettled([
      actorOf(request, claims, access === 'visitor'),
      claims && spend(options, request, claims.sub),
    ]);
    if (who.status === 'rejected') throw who.reason;
    const actor = who.value;
    // A visitor whose session ended is a guest, and counted as one.
    if (actor.kind === 'guest') await spend(options, request, undefined);
    else if (spent.status === 'rejected') throw spent.reason;
    if (access === 'admin' && !(actor.kind === 'member' && actor.isAdmin)) throw fail('auth.forbidden');
    return actor;
  }

  async function spend(options: Exclude<Options, true>, request: Request, userId: string | undefined): Promise<void> {
    if (options.limit === false) return;
    const guestLimit = userId === undefined ? options.guestLimit : undefined;
    const limit = guestLimit ?? options.limit ?? (reads(request) ? 'read' : 'write');
    const policy: LimitPolicy = limitPolicies[limit];
    const subject = policy.subject === 'actor' && userId !== undefined ? userId : connectionOf(request).address;
    return spendToken({ redis: ctx.redis.commands, scale: ctx.config.rateLimitScale }, limit, subject);
  }

  /**
   * Every administrators' route that answers leaves exactly one row in the audit trail, and no route has to think of it.
   * One that writes has it before it begins.
   */
  async function opened(actor: Actor, context: RouteContext): Promise<Actor> {
    const { request } = context;
    const call = callOf(actor, context);
    if (!call || reads(request)) return actor;
    const acting = await openAct(ctx, call);
    admitted.set(request, Promise.resolve(acting));
    return acting;
  }

  async function answered(context: RouteContext): Promise<void> {
    const actor = await admitted.get(context.request);
    const call = actor && callOf(actor, context);
    if (!call) return;
    if (reads(context.request)) await recordRead(ctx, call);
    else await closeAct(ctx, call.actor, call.target ?? idOf(context.responseValue));
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
        parse: async ({ request, route }: HookContext) => {
          connectionOf(request).route = route;
          await once(request);
          // Elysia takes undefined for "not parsed" and would parse by itself.
          return options.body === 'raw' ? null : ((await readJson(request, options.maxBytes)) ?? null);
        },
        transform: async ({ request, route }: HookContext) => {
          connectionOf(request).route = route;
          await once(request);
        },
        // Runs after validation: a call that was refused until here is no act.
        resolve: async (context: HookContext) => {
          const actor = await once(context.request);
          const act = access === 'admin' ? await opened(actor, context as RouteContext) : actor;
          return { actor: act as A, client: clientOf(context.request) };
        },
        afterHandle: access === 'admin' ? [(context: HookContext) => answered(context as RouteContext)] : [],
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

function reads(request: Request): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

function callOf(actor: Actor, { request, route, params }: RouteContext): AdminCall | undefined {
  if (actor.kind !== 'member') return undefined;
  const target = Object.values(params ?? {}).join('/') || undefined;
  return { actor, route: `${request.method} ${route}`, target, requestId: connectionOf(request).requestId };
}

/** The id of what a call has made. */
function idOf(answer: unknown): string | undefined {
  const id = answer !== null && typeof answer === 'object' && 'id' in answer ? answer.id : undefined;
  return typeof id === 'string' ? id : undefined;
}

function clientOf(request: Request): Client {
  const { address, language } = connectionOf(request);
  return { address, language, userAgent: (request.headers.get('user-agent') ?? '').slice(0, 300) };
}
