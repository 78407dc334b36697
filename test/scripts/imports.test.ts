import { describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { breach, checkImports, importsOf } from '../../scripts/check/imports.ts';

const ours = (from: string, to: string, typeOnly = false) => breach({ from, to, package: false, typeOnly });
const vendor = (from: string, to: string) => breach({ from, to, package: true, typeOnly: false });

const SERVICE = 'src/modules/stories/generation/start.ts';
const ROUTES = 'src/modules/stories/generation/routes.ts';

describe('what a file imports', () => {
  test('values, types, re-exports, side effects and dynamic imports, on one line or several', () => {
    const source = [
      "import { a } from './a.ts';",
      'import {\n  type B,\n  type C,\n} from "../b.ts";',
      "import type { D } from '../../lib/d.ts';",
      "export { e } from './e.ts';",
      "import './f.ts';",
      "import { Elysia } from 'elysia';",
      "import { Value } from 'typebox/value';",
      "import { jwt } from '@elysiajs/jwt';",
      "export const late = () => import('./g.ts');",
      "const text = `from './not-imported.ts'`;",
      'a(Elysia, Value, jwt, text);',
    ].join('\n');
    const found = importsOf('src/modules/x/start.ts', source).map(({ to, typeOnly }) => (typeOnly ? `type ${to}` : to));
    expect(found.sort()).toEqual(
      [
        'src/modules/x/a.ts',
        'type src/modules/b.ts',
        'type src/lib/d.ts',
        'src/modules/x/e.ts',
        'src/modules/x/f.ts',
        'src/modules/x/g.ts',
        'elysia',
        'typebox',
        '@elysiajs/jwt',
      ].sort(),
    );
  });
});

describe('who may import whom', () => {
  test('the arrows of the architecture are allowed', () => {
    expect(ours('src/db/tx.ts', 'src/lib/errors.ts')).toBeUndefined();
    expect(ours('src/queue/enqueue.ts', 'src/db/tx.ts', true)).toBeUndefined();
    expect(ours(SERVICE, 'src/modules/stories/generation/queries.ts')).toBeUndefined();
    expect(ours(SERVICE, 'src/modules/auth/users.ts')).toBeUndefined();
    expect(ours(SERVICE, 'src/context.ts', true)).toBeUndefined();
    expect(ours(ROUTES, SERVICE)).toBeUndefined();
    expect(ours('src/app.ts', ROUTES)).toBeUndefined();
    expect(ours('worker/tasks/write.ts', SERVICE)).toBeUndefined();
  });

  test.each([
    ['lib on any other room', 'src/lib/clock.ts', 'src/db/client.ts'],
    ['a low room on a module', 'src/llm/gateway.ts', SERVICE],
    ['a service on http', SERVICE, 'src/http/guard.ts'],
    ['a service on the pool', SERVICE, 'src/db/client.ts'],
    ['a service on the context as a value', SERVICE, 'src/context.ts'],
    ["a service on another module's queries", SERVICE, 'src/modules/auth/user-queries.ts'],
    ["a service on another module's schema", SERVICE, 'src/modules/auth/schema.ts'],
    ['a service on routes', SERVICE, ROUTES],
    ['routes on queries', ROUTES, 'src/modules/stories/generation/queries.ts'],
    ["routes on another module's service", ROUTES, 'src/modules/auth/users.ts'],
    ['queries on redis', 'src/modules/auth/user-queries.ts', 'src/redis/client.ts'],
    ['http on a module', 'src/http/guard.ts', 'src/modules/auth/users.ts'],
    ['a worker task on routes', 'worker/tasks/write.ts', ROUTES],
    ["a worker task on a module's queries", 'worker/tasks/write.ts', 'src/modules/auth/user-queries.ts'],
    ['anything on the app', 'src/http/health.ts', 'src/app.ts'],
    ['the product on scripts', 'src/main.ts', 'scripts/up.ts'],
    ['a file outside every room', 'src/helpers/text.ts', 'src/lib/ids.ts'],
  ])('%s is a breach', (_name, from, to) => {
    expect(ours(from, to)).toBeString();
  });

  test('packages stay in their rooms', () => {
    expect(vendor(ROUTES, 'elysia')).toBeUndefined();
    expect(vendor(SERVICE, 'elysia')).toContain('Elysia');
    expect(vendor('src/lib/jwt.ts', '@elysiajs/jwt')).toBeUndefined();
    expect(vendor('src/http/guard.ts', '@elysiajs/jwt')).toBeString();
    expect(vendor('worker/main.ts', 'pg')).toBeUndefined();
    expect(vendor('src/db/client.ts', 'pg')).toBeString();
    expect(vendor('src/lib/text.ts', 'typebox')).toBeUndefined();
  });

  test('a breach in a real file is reported with its rule', async () => {
    const root = mkdtempSync(join(tmpdir(), 'imports-'));
    const file = 'src/lib/bad.ts';
    mkdirSync(dirname(join(root, file)), { recursive: true });
    await Bun.write(join(root, file), "import type { Db } from '../db/client.ts';\nexport type X = Db;\n");
    expect(checkImports(root, [file])).toEqual(['src/lib/bad.ts → src/db/client.ts: lib may import lib']);
    rmSync(root, { recursive: true });
  });
});
