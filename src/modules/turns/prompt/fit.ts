import type { StoredReport } from '../../../db/tables/turns.ts';

/** A part of a prompt. `importance`: the higher, the longer it is kept; `REQUIRED` parts are never dropped. */
export type PromptPart = {
  section: string;
  role: 'system' | 'user' | 'assistant';
  text: string;
  importance: number;
};

export const REQUIRED = Number.POSITIVE_INFINITY;
/** Each message costs a few tokens of its own. */
const PART_TOKENS = 4;
const SHORTEST_CHARS = 80;

/**
 * Fits parts into a budget. The least important ones go first: whatever is dropped is no more important than anything
 * that is kept, and of equals the later one in `parts` is kept. Required parts that are too long by themselves are
 * shortened, the longest first. The order of the parts stays. Pure.
 */
export function fitPrompt(
  parts: readonly PromptPart[],
  budgetTokens: number,
  count: (text: string) => number,
): { kept: PromptPart[]; report: StoredReport } {
  const given = parts.filter(({ text }) => text.trim() !== '');
  const required = shorten(
    given.filter(({ importance }) => importance === REQUIRED),
    budgetTokens,
    count,
  );
  const cost = (part: PromptPart) => count(part.text) + PART_TOKENS;
  let used = [...required.values()].reduce((sum, part) => sum + cost(part), 0);
  const ranked = given
    .map((part, index) => ({ part, index }))
    .filter(({ part }) => part.importance !== REQUIRED)
    .sort((a, b) => b.part.importance - a.part.importance || b.index - a.index);
  const keep = new Set<PromptPart>();
  for (const { part } of ranked) {
    const tokens = cost(part);
    if (used + tokens > budgetTokens) break;
    used += tokens;
    keep.add(part);
  }
  const kept = given.flatMap((part) => required.get(part) ?? (keep.has(part) ? [part] : []));
  const entries = given.map((part) => {
    const short = required.get(part);
    if (short) return entry(short, cost(short), false, short === part ? undefined : 'shortened');
    return keep.has(part) ? entry(part, cost(part), false) : entry(part, cost(part), true, 'budget');
  });
  return { kept, report: { budgetTokens, usedTokens: used, sections: joined(entries) } };
}

type Entry = StoredReport['sections'][number];

function entry({ section }: PromptPart, tokens: number, dropped: boolean, why?: string): Entry {
  return { section, tokens, dropped, ...(why === undefined ? {} : { why }) };
}

/** One line for each section and what became of it. */
function joined(entries: Entry[]): Entry[] {
  const lines = new Map<string, Entry>();
  for (const one of entries) {
    const key = `${one.section} ${one.dropped} ${one.why ?? ''}`;
    const line = lines.get(key);
    if (line) line.tokens += one.tokens;
    else lines.set(key, { ...one });
  }
  return [...lines.values()];
}

/** The required parts, shortened until they fit or are too short to be shortened. */
function shorten(
  parts: readonly PromptPart[],
  budgetTokens: number,
  count: (text: string) => number,
): Map<PromptPart, PromptPart> {
  const now = new Map(parts.map((part) => [part, part]));
  const total = () => [...now.values()].reduce((sum, part) => sum + count(part.text) + PART_TOKENS, 0);
  while (total() > budgetTokens) {
    const [original, longest] = [...now].reduce((a, b) => (b[1].text.length > a[1].text.length ? b : a));
    if (longest.text.length <= SHORTEST_CHARS) break;
    const chars = Math.max(SHORTEST_CHARS, Math.floor(longest.text.length * 0.7));
    now.set(original, { ...longest, text: longest.text.slice(0, chars).toWellFormed() });
  }
  return now;
}
