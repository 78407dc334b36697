import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['src', 'worker', 'scripts', 'test'];
const MAX_LINES = 250;

/** Every file of ours, as paths from the root. */
export function ourFiles(root: string): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  ).sort();
}

/** Code files that are too long to be read in one go. */
export function checkSizes(root: string, files: string[]): string[] {
  return files
    .filter((file) => /\.(ts|lua)$/.test(file))
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
      return lines > MAX_LINES ? [`${file}: ${lines} lines, at most ${MAX_LINES}`] : [];
    });
}

/** The lock file of a machine with a registry of its own names that registry's host, which nobody else may reach. */
export function checkLockFile(root: string): string[] {
  const lines = readFileSync(join(root, 'bun.lock'), 'utf8').split('\n');
  return lines.flatMap((line, index) => (/https?:\/\//.test(line) ? [`bun.lock:${index + 1} names a host`] : []));
}
