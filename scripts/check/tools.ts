import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const TOOL_LIMIT_MS = 120_000;
const MIGRATIONS = 'src/db/migrations';

/** Runs a tool of node_modules; what it says is the list of problems when it fails. */
export async function runTool(root: string, ...command: string[]): Promise<string[]> {
  const child = Bun.spawn([process.execPath, 'x', '--bun', ...command], {
    cwd: root,
    // No terminal: a tool that would ask a question must fail.
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: TOOL_LIMIT_MS,
  });
  const [code, out, complaint] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  if (code === 0) return [];
  const lines = Bun.stripANSI(`${out}\n${complaint}`)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines : [`${command[0]} ended with ${code ?? child.signalCode}`];
}

/** Generates migrations into a copy: a new file means that the tables were changed without one. */
export async function checkMigrations(root: string): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), 'fabula-migrations-'));
  try {
    cpSync(join(root, MIGRATIONS), copy, { recursive: true });
    const before = readdirSync(copy).length;
    const tables = ['--dialect', 'postgresql', '--schema', './src/db/tables/*.ts', '--casing', 'snake_case'];
    // The tool puts ./ before the path, so it has to be a relative one.
    const problems = await runTool(root, 'drizzle-kit', 'generate', ...tables, '--out', relative(root, copy));
    if (problems.length > 0) return problems;
    const missing = readdirSync(copy).length > before;
    return missing ? ['src/db/tables has changes without a migration: run `bun run migrate:new`'] : [];
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
