import { dirname, join } from 'node:path';
import { toOpenAPISchema } from '@elysiajs/openapi/openapi';
import { swagger } from '@elysiajs/swagger';
import { type AnyElysia, Elysia } from 'elysia';
import { catalogue, type ErrorCode } from '../lib/errors.ts';
import type { Access } from './guard.ts';
import { Problem } from './schema.ts';

const VIEWER_PATH = '/swagger/viewer.js';

type Operation = {
  responses?: Record<string, unknown>;
  parameters?: unknown[];
  requestBody?: unknown;
  security?: unknown[];
  'x-access'?: Access;
  'x-fails'?: ErrorCode[];
};

/** What any route of an access policy can answer with, beside its own errors. */
const commonErrors: Record<Access, ErrorCode[]> = {
  open: [],
  visitor: [],
  member: ['auth.not_authenticated'],
  admin: ['auth.not_authenticated', 'auth.forbidden'],
};

/** `/openapi.json` (OpenAPI 3.1) and the page at `/swagger`, whose viewer is served from the package: no internet. */
export function documentation(routes: () => AnyElysia) {
  let document: unknown;
  return new Elysia({ name: 'documentation', detail: { hide: true } })
    .get(
      '/openapi.json',
      () => {
        document ??= buildDocument(routes());
        return document;
      },
      { detail: { 'x-access': 'open', hide: true } as object },
    )
    .get(VIEWER_PATH, () => viewerScript(), { detail: { 'x-access': 'open', hide: true } as object })
    .use(
      swagger({
        path: '/swagger',
        specPath: '/swagger/unused.json',
        scalarCDN: VIEWER_PATH,
        scalarConfig: { spec: { url: '/openapi.json' }, withDefaultFonts: false },
      }),
    );
}

function viewerScript(): Response {
  const file = Bun.file(
    join(dirname(Bun.resolveSync('@scalar/api-reference', import.meta.dir)), 'browser/standalone.js'),
  );
  return new Response(file, {
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=86400' },
  });
}

/** The document of all routes that are not hidden, each with every status it can answer with. */
function buildDocument(app: AnyElysia) {
  const { paths, components } = toOpenAPISchema(
    app,
    { staticFile: false },
    undefined,
    {
      typebox: (schema: { jsonSchema: unknown }) => schema.jsonSchema,
    } as never,
    '3.1.0' as never,
  );
  for (const path of Object.values(paths))
    for (const operation of Object.values(path ?? {})) addErrors(operation as Operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fabula',
      version: '0.1.0',
      description:
        'Character chat and interactive stories. Errors are RFC 9457 problem documents; streams are server-sent events.',
    },
    paths,
    components: {
      ...components,
      schemas: { ...components.schemas, Problem: JSON.parse(JSON.stringify(Problem)) },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function addErrors(operation: Operation): void {
  const access = operation['x-access'] ?? 'open';
  const validates = (operation.parameters?.length ?? 0) > 0 || operation.requestBody !== undefined;
  const codes = new Set<ErrorCode>([
    ...commonErrors[access],
    ...(operation['x-fails'] ?? []),
    ...(validates ? (['http.invalid'] as const) : []),
    ...(operation.requestBody === undefined
      ? []
      : (['http.malformed_json', 'http.body_too_large', 'http.unsupported_media_type'] as const)),
    'http.rate_limited',
    'http.internal',
    'http.unavailable',
  ]);
  const byStatus = Map.groupBy(codes, (code) => catalogue[code].status);
  operation.responses ??= {};
  // An answer without a body has no media type; the generator gives it one.
  if (operation.responses['204']) operation.responses['204'] = { description: 'Done; no body' };
  for (const [status, list] of [...byStatus].sort(([a], [b]) => a - b)) {
    operation.responses[String(status)] = {
      description: list.map((code) => `\`${code}\`: ${catalogue[code].en}`).join('\n\n'),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  if (access !== 'open') operation.security = access === 'visitor' ? [{}, { bearer: [] }] : [{ bearer: [] }];
  delete operation['x-fails'];
}
