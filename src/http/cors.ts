import { cors } from '@elysiajs/cors';
import type { Config } from '../config.ts';

const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** True for the front end, for listed origins and, outside production, for any port of this machine. */
export function isAllowedOrigin(config: Config, origin: string): boolean {
  if (origin === new URL(config.frontendBaseUrl).origin || config.corsOrigins.includes(origin)) return true;
  return !config.production && LOOPBACK.test(origin);
}

/** CORS with credentials for the allowed origins, and for no other. */
export function crossOrigin(config: Config) {
  return cors({
    origin: (request) => isAllowedOrigin(config, request.headers.get('origin') ?? ''),
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'last-event-id', 'x-request-id'],
    exposeHeaders: ['etag', 'retry-after', 'x-request-id', 'location'],
    maxAge: 600,
  });
}
