import type { AnyElysia } from 'elysia';
import type { AllowedMethods } from './errors.ts';
import type { Access } from './guard.ts';

export type RouteEntry = { method: string; path: string; access: Access | undefined; tags: string[]; summary?: string };

/** Routes that plugins add by themselves: preflight answers and the documentation page. */
const PLUGIN_ROUTES = /^\/(\*|swagger|swagger\/unused\.json)?$/;

/** All routes of an app as data: for 405 answers, for the guard check and for the tests that walk them. */
export function routeTable(app: AnyElysia): { entries: RouteEntry[]; allowedMethods: AllowedMethods } {
  const entries = app.routes.map(({ method, path, hooks }): RouteEntry => {
    const detail = (hooks?.detail ?? {}) as { 'x-access'?: Access; tags?: string[]; summary?: string };
    const byPlugin = method === 'OPTIONS' || (method === 'GET' && path !== '/' && PLUGIN_ROUTES.test(path));
    return {
      method,
      path,
      access: byPlugin ? 'open' : detail['x-access'],
      tags: detail.tags ?? [],
      summary: detail.summary,
    };
  });
  const patterns = entries
    .filter((entry) => entry.method !== 'OPTIONS')
    .map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return {
    entries,
    allowedMethods: (path) => {
      const methods = new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
      if (methods.has('GET')) methods.add('HEAD');
      return [...methods].sort();
    },
  };
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('/');
  return new RegExp(`^${source}$`);
}
