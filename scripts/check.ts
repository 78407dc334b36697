import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Env } from '../src/config.ts';
import { checkImports } from './check/imports.ts';
import { checkReadme, hasVariableTable } from './check/readme.ts';
import { checkMigrations, runTool } from './check/tools.ts';
import { checkLockFile, checkSizes, ourFiles } from './check/tree.ts';

const HELP = `Usage: bun run check

Checks everything that can be checked without running it: types, style, dead code, who imports whom, sizes, the lock
file, the README's table of variables, and whether the migrations match the tables.`;

type Check = { name: string; run: () => string[] | Promise<string[]> };
type Result = { name: string; problems: string[]; ms: number };

const ROOT = join(import.meta.dir, '..');
const MAX_SHOWN = 60;

function checks(): Check[] {
  const files = ourFiles(ROOT);
  const list: Check[] = [
    { name: 'types (tsc)', run: () => runTool(ROOT, 'tsc', '-p', '.') },
    { name: 'style (biome)', run: () => runTool(ROOT, 'biome', 'ci', '--reporter=concise', '--error-on-warnings') },
    { name: 'dead code (knip)', run: () => runTool(ROOT, 'knip', '--no-progress', '--no-config-hints') },
    { name: 'migrations (drizzle)', run: () => checkMigrations(ROOT) },
    { name: 'who imports whom', run: () => checkImports(ROOT, files) },
    { name: 'file sizes', run: () => checkSizes(ROOT, files) },
    { name: 'no host in bun.lock', run: () => checkLockFile(ROOT) },
  ];
  const file = join(ROOT, 'README.md');
  const readme = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (hasVariableTable(readme))
    list.push({ name: "README's variables", run: () => checkReadme(readme, Object.keys(Env.properties)) });
  return list;
}

async function timed({ name, run }: Check): Promise<Result> {
  const from = performance.now();
  const problems = await run();
  return { name, problems, ms: Math.round(performance.now() - from) };
}

function report(results: Result[]): void {
  for (const { name, problems } of results.filter((result) => result.problems.length > 0)) {
    console.log(`── ${name}`);
    for (const line of problems.slice(0, MAX_SHOWN)) console.log(`   ${line}`);
    if (problems.length > MAX_SHOWN) console.log(`   … and ${problems.length - MAX_SHOWN} lines more`);
    console.log('');
  }
  for (const { name, problems, ms } of results)
    console.log(`  ${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(22)} ${String(ms).padStart(6)} ms`);
}

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  const results = await Promise.all(checks().map(timed));
  report(results);
  process.exitCode = results.every((result) => result.problems.length === 0) ? 0 : 1;
}
