import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files of the catalogue's characters, as paths, in the order of their names. */
export function characterFiles(): string[] {
  return filesIn('characters', '.yaml');
}

/** The files of its stories. */
export function storyFiles(): string[] {
  return filesIn('stories', '.md');
}

function filesIn(folder: string, ending: string): string[] {
  const path = join(import.meta.dir, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(path, name));
}
