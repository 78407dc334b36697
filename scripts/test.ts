import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { Env } from '../src/config.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { explain } from './services/failure.ts';
import { checkPostgres, checkRedis } from './services/given.ts';
import { type Counts, countLine, readReport } from './services/junit.ts';
import { onStopRequest } from './services/signals.ts';
import { createThrowaway, type Throwaway } from './services/throwaway.ts';

/** A test waits for conditions, never for time, so this only ends what hangs; a busy machine is no failure. */
const TEST_TIMEOUT_MS = 60_000;
const HELP = `Usage: ./scripts/test [--no-check] [file or folder …] [options of bun test]

Runs every check (bun run check) and every test, on a throwaway Postgres and Redis. Naming files runs just those tests
and no checks. The last line counts: N passed, N failed. A check that fails counts as one failed.

  TEST_DATABASE_URL  a Postgres whose user may create databases; then none is started
  TEST_REDIS_URL     a Redis with 512 databases (--databases 512); then none is started`;

const ROOT = join(import.meta.dir, '..');
const TEMPLATE = 'fabula_template';
/** More would only queue at the one Postgres. */
const MAX_WORKERS = 8;
const NO_TESTS: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };

type Options = { check: boolean; rest: string[] };

const children = new Set<Bun.Subprocess>();

/** Runs all that was asked for and returns the counts; whatever goes wrong on the way counts as failed. */
async function run(options: Options, throwaway: Throwaway): Promise<Counts> {
  const [checked, stores] = await Promise.all([check(options), prepareStores(throwaway)]);
  const counts = await runTests(options.rest, stores, join(throwaway.folder, 'junit.xml'));
  return { ...counts, failed: counts.failed + (checked ? 0 : 1) };
}

async function check(options: Options): Promise<boolean> {
  if (!options.check) return true;
  const script = join(ROOT, 'scripts/check.ts');
  if (!existsSync(script)) {
    console.warn('There is no scripts/check.ts: the checks are skipped.');
    return true;
  }
  return (await runChild([script], process.env)) === 0;
}

/** A server each, and a migrated database that every test world is cloned from. */
async function prepareStores(throwaway: Throwaway): Promise<Record<string, string>> {
  const [databaseUrl, redisUrl] = await Promise.all([
    process.env.TEST_DATABASE_URL || throwaway.startPostgres().then((server) => server.url),
    process.env.TEST_REDIS_URL || throwaway.startRedis().then((server) => server.url),
  ]);
  await checkPostgres('TEST_DATABASE_URL', databaseUrl);
  await checkRedis('TEST_REDIS_URL', redisUrl);
  await createTemplate(databaseUrl);
  return { TEST_DATABASE_URL: databaseUrl, TEST_TEMPLATE_DATABASE: TEMPLATE, TEST_REDIS_URL: redisUrl };
}

async function createTemplate(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql`drop database if exists ${sql(TEMPLATE)} with (force)`;
    await sql`create database ${sql(TEMPLATE)}`;
  } finally {
    await sql.end({ timeout: 5 });
  }
  const url = new URL(adminUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrateDatabase(url.href);
}

async function runTests(rest: string[], stores: Record<string, string>, report: string): Promise<Counts> {
  const workers = Math.min(availableParallelism(), MAX_WORKERS);
  const flags = [
    `--parallel=${workers}`,
    `--timeout=${TEST_TIMEOUT_MS}`,
    '--only-failures',
    '--reporter=junit',
    `--reporter-outfile=${report}`,
  ];
  const code = await runChild(['--no-env-file', 'test', ...flags, ...rest], { ...testEnvironment(), ...stores });
  const counts = existsSync(report) ? readReport(readFileSync(report, 'utf8')) : NO_TESTS;
  const none = counts.passed + counts.failed === 0;
  if (none) console.error('No test ran.');
  // A file that cannot be loaded fails the run without being in the report.
  const unreported = counts.failed === 0 && (code !== 0 || none);
  return unreported ? { ...counts, failed: 1 } : counts;
}

/** Our environment without the settings of the product: no test may depend on a developer's, or spend on his key. */
function testEnvironment(): Record<string, string | undefined> {
  const names = Object.keys(Env.properties);
  const kept = Object.entries(process.env).filter(([name]) => !names.includes(name));
  const noProxy = [process.env.NO_PROXY, '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  return { ...Object.fromEntries(kept), NO_PROXY: noProxy, no_proxy: noProxy };
}

async function runChild(args: string[], env: Record<string, string | undefined>): Promise<number> {
  const child = Bun.spawn([process.execPath, ...args], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
  children.add(child);
  const code = await child.exited;
  children.delete(child);
  return code;
}

function printSummary(counts: Counts, ms: number): void {
  if (counts.failures.length > 0) {
    console.log('\nFailed:');
    for (const { file, name } of counts.failures) console.log(`  ${file}  ${name}`);
  }
  console.log(`\nTook ${(ms / 1_000).toFixed(1)} s.`);
  console.log(countLine(counts));
}

async function main(args: string[]): Promise<void> {
  if (args.includes('--help')) {
    console.log(HELP);
    return;
  }
  const rest = args.filter((argument) => argument !== '--no-check');
  const names = rest.some((argument) => !argument.startsWith('-'));
  const began = performance.now();
  const throwaway = await createThrowaway();
  let interrupted = false;
  onStopRequest((why) => {
    if (interrupted) return;
    interrupted = true;
    console.error(`\nStopping: ${why}.`);
    for (const child of children) child.kill('SIGTERM');
    void throwaway.end().finally(() => process.exit(130));
  });
  let counts: Counts;
  try {
    counts = await run({ check: !args.includes('--no-check') && !names, rest }, throwaway);
  } catch (error) {
    if (interrupted) return;
    console.error(explain(error));
    counts = { ...NO_TESTS, failed: 1 };
  }
  if (interrupted) return;
  await throwaway.end();
  printSummary(counts, performance.now() - began);
  process.exit(counts.failed === 0 ? 0 : 1);
}

await main(process.argv.slice(2));
