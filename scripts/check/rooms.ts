/**
 * Who may import whom. The one place where the arrows of the architecture are written down; `bun run check` fails on a
 * file that goes against them.
 *
 *     lib ← db · redis · queue · llm · mail ← queries ← service ← routes ← app ← src/main
 *                                                ↑          http ↗
 *                                          worker/tasks ← worker/main
 */

type Arrow = { name: string; to: RegExp; typeOnly?: boolean; ownModule?: boolean };
type Room = { name: string; files: RegExp; may: Arrow[] };
type PackageRule = { name: string; package: RegExp; only: RegExp; where: string };

const MODULE = '^src/modules/.+';
/** The files of a module by what they do; every other file of it is a service. */
const ROUTES = /^src\/modules\/.*\broutes\b/;
const SCHEMA = /^src\/modules\/.*\bschemas?\b/;
const QUERIES = /^src\/modules\/.*\bqueries\b/;
const SERVICE = new RegExp(`^(?!.*\\b(routes|schemas?|queries)\\b)${MODULE.slice(1)}`);

const room = (folder: string): Arrow => ({ name: folder, to: new RegExp(`^src/${folder}/`) });
const lib = room('lib');
const db = room('db');
const redis = room('redis');
const queue = room('queue');
const llm = room('llm');
const mail = room('mail');
const files = room('files');
const http = room('http');
const transactions: Arrow = { name: 'db/tx', to: /^src\/db\/tx\.ts$/ };
const rowTypes: Arrow = { name: 'types of rows', to: /^src\/db\/tables\//, typeOnly: true };
const contextType: Arrow = { name: 'the type of the context', to: /^src\/context\.ts$/, typeOnly: true };
const context: Arrow = { name: 'context', to: /^src\/context\.ts$/ };
const configType: Arrow = { name: 'the type of the configuration', to: /^src\/config\.ts$/, typeOnly: true };
const config: Arrow = { name: 'config', to: /^src\/config\.ts$/ };
const services: Arrow = { name: 'services of modules', to: SERVICE };
const own = (name: string, to: RegExp): Arrow => ({ name: `${name} of its own module`, to, ownModule: true });

/** Who a request comes from is the auth module's knowledge, and every route's concern. */
const access: Arrow = { name: 'auth/access', to: /^src\/modules\/auth\/access\.ts$/ };
/** Every administrators' route is audited, so the guard does it. */
const auditing: Arrow = { name: 'audit', to: /^src\/modules\/audit\/audit\.ts$/ };
const httpMay = [lib, http, config, redis, db, contextType, access, auditing];

/** The first room whose pattern fits a file is the file's. */
export const rooms: Room[] = [
  { name: 'lib', files: /^src\/lib\//, may: [lib] },
  { name: 'db', files: /^src\/db\//, may: [lib, db] },
  { name: 'redis', files: /^src\/redis\//, may: [lib, redis] },
  { name: 'queue', files: /^src\/queue\//, may: [lib, queue, transactions] },
  { name: 'llm', files: /^src\/llm\//, may: [lib, llm, configType] },
  { name: 'mail', files: /^src\/mail\//, may: [lib, mail, db, configType] },
  { name: 'files', files: /^src\/files\//, may: [lib, files] },
  { name: 'config', files: /^src\/config\.ts$/, may: [lib] },
  { name: 'context', files: /^src\/context\.ts$/, may: [config, lib, db, redis, queue, llm, mail, files] },
  // The outbox of a development machine is shown as it is; production has no such routes.
  { name: 'development routes', files: /^src\/http\/dev\.ts$/, may: [...httpMay, mail] },
  { name: 'http', files: /^src\/http\//, may: httpMay },
  {
    name: 'routes',
    files: ROUTES,
    may: [lib, http, contextType, own('services', SERVICE), own('schemas', SCHEMA), own('routes', ROUTES)],
  },
  { name: 'schemas', files: SCHEMA, may: [lib, http, { name: 'schemas', to: SCHEMA }, own('services', SERVICE)] },
  { name: 'queries', files: QUERIES, may: [lib, db, own('files', new RegExp(`(?!.*\\broutes\\b)${MODULE}`))] },
  {
    name: 'services',
    files: SERVICE,
    may: [
      ...[lib, redis, queue, llm, mail, files, transactions, rowTypes, contextType, configType, services],
      own('schemas', SCHEMA),
      own('queries', QUERIES),
    ],
  },
  { name: 'app', files: /^src\/app\.ts$/, may: [lib, http, contextType, configType, { name: 'routes', to: ROUTES }] },
  {
    name: 'fetch',
    files: /^src\/fetch\.ts$/,
    may: [lib, http, config, context, { name: 'app', to: /^src\/app\.ts$/ }],
  },
  {
    name: 'main',
    files: /^src\/main\.ts$/,
    may: [
      lib,
      config,
      context,
      { name: 'redis/state', to: /^src\/redis\/state\.ts$/ },
      { name: 'fetch', to: /^src\/(fetch|app)\.ts$/ },
    ],
  },
  {
    name: 'worker',
    files: /^worker\//,
    may: [{ name: 'worker', to: /^worker\// }, lib, config, context, queue, db, redis, services],
  },
];

/** Packages that belong to one room, so that changing one touches nothing else. */
export const packageRules: PackageRule[] = [
  {
    name: '@elysiajs/jwt',
    package: /^@elysiajs\/jwt$/,
    only: /^src\/lib\/jwt\.ts$/,
    where: 'src/lib/jwt.ts',
  },
  {
    name: 'Elysia',
    package: /^(elysia|@elysiajs\/.+)$/,
    only: /^src\/(http\/|app\.ts|fetch\.ts)|^src\/modules\/.*\b(routes|schemas?)\b/,
    where: 'http, app, fetch, routes and schemas',
  },
  { name: 'pg', package: /^pg$/, only: /^worker\//, where: 'worker' },
  { name: 'prom-client', package: /^prom-client$/, only: /^src\/lib\/meters\.ts$/, where: 'src/lib/meters.ts' },
  { name: 'openai', package: /^openai$/, only: /^src\/llm\//, where: 'llm' },
  { name: 'sharp', package: /^sharp$/, only: /^src\/files\//, where: 'files' },
  { name: '@fastify/busboy', package: /^@fastify\/busboy$/, only: /^src\/http\//, where: 'http' },
  {
    name: 'payment SDKs',
    package: /^(stripe|standardwebhooks)$/,
    only: /^src\/modules\/payments\/providers\//,
    where: 'payments/providers',
  },
  { name: 'resend', package: /^resend$/, only: /^src\/mail\//, where: 'mail' },
  { name: 'ioredis', package: /^ioredis$/, only: /^src\/redis\//, where: 'redis' },
  { name: 'postgres', package: /^postgres$/, only: /^src\/db\//, where: 'db' },
];
