import { unwrap } from './english.ts';

const ENGLISH_QUOTE = /(?<!\p{L})['"‘“]((?:[^'"’”“\n]|['’](?=\p{L})){2,240})['"’”](?!\p{L})/gu;
const KOREAN_QUOTE = /[“"]([^”"\n]{2,240})[”"]/g;
const ATTRIBUTION_CHARS = 60;

/** What somebody says in a text, as the words around the quotations tell. */
export function linesOf(text: string, names: readonly string[], korean: boolean): string[] {
  const flat = unwrap(text);
  const named = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const after = korean
    ? new RegExp(`^ *(?:(?:이?라고|하고|하며),? *)?(?:${named})(?:이?는|은|이|가)`)
    : new RegExp(
        `^,? (?:\\p{Ll}+ (?:the |poor )*(?:${named})|(?:the )?(?:${named}) \\p{Ll}+(?:ed|id))(?!\\p{L})`,
        'iu',
      );
  const before = korean
    ? new RegExp(`(?:${named})(?:이?는|은|이|가)[^.!?”"]{0,40}$`)
    : new RegExp(`(?:${named}) \\p{Ll}+[^.!?'"”]{0,30}[,:] ?$`, 'u');
  const lines: string[] = [];
  for (const match of flat.matchAll(korean ? KOREAN_QUOTE : ENGLISH_QUOTE)) {
    const end = match.index + match[0].length;
    const follows = flat.slice(end, end + ATTRIBUTION_CHARS);
    const leads = flat.slice(Math.max(0, match.index - ATTRIBUTION_CHARS), match.index);
    if (after.test(follows) || before.test(leads)) lines.push((match[1] ?? '').trim().replace(/,$/, '.'));
  }
  return [...new Set(lines)].filter((line) => /\p{L}/u.test(line));
}
