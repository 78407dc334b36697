import type { Server } from 'bun';
import { createApp } from './app.ts';
import { loadConfig } from './config.ts';
import { type Ctx, openContext } from './context.ts';
import { openConnection } from './http/connection.ts';

/** A Web-standard handler. `server` is Bun's, where Bun listens. */
export type Fetch = (request: Request, server?: Server<unknown>) => Promise<Response>;

const baseHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};
const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/** The handler over an open context: resolves aliases, runs the app, sets the headers that every answer has, logs. */
export function createFetch(ctx: Ctx): Fetch {
  const app = createApp(ctx);
  return async (request, server) => {
    const startedAt = performance.now();
    const connection = openConnection(request, server, ctx.config.trustedProxies);
    connection.meters = ctx.meters;
    const path = resolveAlias(request);
    const response = await app.handle(request);
    const { headers } = response;
    headers.set('x-request-id', connection.requestId);
    for (const [name, value] of Object.entries(baseHeaders)) headers.set(name, value);
    if (!headers.has('content-security-policy') && !headers.get('content-type')?.startsWith('text/html'))
      headers.set('content-security-policy', apiPolicy);
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    if (ctx.config.production) headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains');
    const ms = performance.now() - startedAt;
    ctx.meters.request(request.method, connection.route, response.status, ms / 1_000);
    ctx.log.info('request', {
      request_id: connection.requestId,
      method: request.method,
      path,
      status: response.status,
      ms: Math.round(ms * 10) / 10,
      ...(connection.userId ? { user_id: connection.userId } : {}),
    });
    return response;
  };
}

/**
 * `/api/x`, `/x/` and `/x` are one route. The request object itself is kept, since the server knows it (idle timer, peer
 * address, abort): only the URL that the router reads is replaced.
 */
function resolveAlias(request: Request): string {
  const start = request.url.indexOf('/', request.url.indexOf('://') + 3);
  const query = request.url.indexOf('?', start);
  const asked = query === -1 ? request.url.slice(start) : request.url.slice(start, query);
  let path = asked === '/api' || asked.startsWith('/api/') ? asked.slice(4) : asked;
  while (path.length > 1 && path.endsWith('/')) path = path.slice(0, -1);
  if (path === '') path = '/';
  // NUL is no character of any text here, and Postgres refuses it.
  const search = query === -1 ? '' : request.url.slice(query).replaceAll('%00', '');
  if (path !== asked || request.url.length - start !== path.length + search.length) {
    const url = request.url.slice(0, start) + path + search;
    Object.defineProperty(request, 'url', { value: url });
  }
  return path;
}

let opened: Promise<Fetch> | undefined;

/** For hosts that import a handler: the context opens on the first request. A long-lived process must own running stories. */
export default {
  async fetch(request: Request): Promise<Response> {
    opened ??= openContext(loadConfig()).then(createFetch);
    return (await opened)(request);
  },
};
