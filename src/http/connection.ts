import type { Server } from 'bun';
import { type Language, pickLanguage } from '../lib/language.ts';
import type { Meters } from '../lib/meters.ts';

/** What is known of a request beside its own bytes. */
export type Connection = {
  requestId: string;
  /** The client's address; the peer's unless a trusted proxy speaks for somebody. */
  address: string;
  /** The path as it was asked for, before aliases were resolved. */
  language: Language;
  /** Lifts the server's idle timer, for answers that are silent for long. */
  keepOpen(): void;
  /** Filled in by authentication, for the log line. */
  userId?: string;
  /** The pattern of the route that was found. */
  route?: string;
  /** Filled in by who opened it. */
  meters?: Meters;
};

const connections = new WeakMap<Request, Connection>();

const REQUEST_ID = /^[\w.-]{8,64}$/;

/** Notes a request as it comes in. `server` is absent where nothing listens (tests, edge hosts). */
export function openConnection(
  request: Request,
  server: Server<unknown> | undefined,
  trustedProxies: readonly string[],
): Connection {
  const given = request.headers.get('x-request-id');
  const connection: Connection = {
    requestId: given && REQUEST_ID.test(given) ? given : Bun.randomUUIDv7(),
    address: clientAddress(request, server?.requestIP(request)?.address, trustedProxies),
    language: pickLanguage(request.headers.get('accept-language')),
    keepOpen: () => server?.timeout(request, 0),
  };
  connections.set(request, connection);
  return connection;
}

/** The connection of a request. One that did not come through `openConnection` is a loopback one. */
export function connectionOf(request: Request): Connection {
  return connections.get(request) ?? openConnection(request, undefined, []);
}

/**
 * Walks `X-Forwarded-For` from the right for as long as the speaker is a trusted proxy. A header from anybody else
 * changes nothing (OWASP ASVS 4.1.3).
 */
export function clientAddress(request: Request, peer: string | undefined, trustedProxies: readonly string[]): string {
  let address = peer ?? '127.0.0.1';
  const hops = (request.headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  while (trustedProxies.includes(normalAddress(address)) && hops.length > 0) {
    const hop = hops.pop();
    if (hop) address = hop.slice(0, 64);
  }
  return normalAddress(address);
}

/** An IPv4 address in IPv6 clothes is the IPv4 address. */
function normalAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
