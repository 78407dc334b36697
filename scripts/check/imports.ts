import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRules, rooms } from './rooms.ts';

/** One import of a file: of a file of ours (a path from the root), or of a package. */
export type Import = { from: string; to: string; package: boolean; typeOnly: boolean };

const SOURCE_ROOTS = /^(src|worker)\//;
const STATIC_IMPORT = /^(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;
const transpiler = new Bun.Transpiler({ loader: 'ts' });

/** Every breach of the rules in `rooms.ts` among these files, as `file → imported: rule`. */
export function checkImports(root: string, files: string[]): string[] {
  return files
    .filter((file) => SOURCE_ROOTS.test(file) && file.endsWith('.ts'))
    .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))
    .flatMap((found) => {
      const rule = breach(found);
      return rule ? [`${found.from} → ${found.to}: ${rule}`] : [];
    });
}

/** What a file imports. The transpiler knows what remains at run time; types are erased there, so they are read off the text. */
export function importsOf(file: string, source: string): Import[] {
  const atRunTime = new Set(transpiler.scanImports(source).map((found) => found.path));
  const written = [...source.matchAll(STATIC_IMPORT)].map((match) => match[1] ?? match[2] ?? '');
  return [...new Set([...atRunTime, ...written])].map((specifier) => {
    const ours = specifier.startsWith('.');
    return {
      from: file,
      to: ours ? relative('.', join(dirname(file), specifier)) : packageName(specifier),
      package: !ours,
      typeOnly: !atRunTime.has(specifier),
    };
  });
}

/** The rule that an import breaks; undefined for one that is allowed. */
export function breach(found: Import): string | undefined {
  if (found.package) {
    const rule = packageRules.find((candidate) => candidate.package.test(found.to));
    return !rule || rule.only.test(found.from) ? undefined : `${rule.name} may only be used in ${rule.where}`;
  }
  if (!SOURCE_ROOTS.test(found.to)) return 'the product imports nothing from scripts or tests';
  const room = rooms.find((candidate) => candidate.files.test(found.from));
  if (!room) return 'this file is in no room: add one to scripts/check/rooms.ts';
  const own = moduleOf(found.from);
  const allowed = room.may.some((rule) => {
    if (rule.typeOnly && !found.typeOnly) return false;
    if (rule.ownModule && (own === undefined || moduleOf(found.to) !== own)) return false;
    return rule.to.test(found.to);
  });
  return allowed ? undefined : `${room.name} may import ${room.may.map((rule) => rule.name).join(', ')}`;
}

function moduleOf(file: string): string | undefined {
  return /^src\/modules\/([^/]+)\//.exec(file)?.[1];
}

function packageName(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
