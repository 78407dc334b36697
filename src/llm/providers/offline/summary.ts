import { extractSentences } from '../../../lib/extract.ts';
import type { ChapterRecapFacts, ChapterSummaryFacts } from '../../chapter-tasks.ts';

/** What a chapter says, in sentences of its own: those that its words come back to, from all parts of it. */
export function composeChapterSummary({ text, before, maxChars }: ChapterSummaryFacts): string {
  return extractSentences(`${before}\n\n${text}`, maxChars);
}

/** The story so far: this chapter as it was told, and of what was before as much as there is room for. */
export function composeChapterRecap({ before, brief, maxChars }: ChapterRecapFacts): string {
  const told = extractSentences(brief, maxChars);
  const room = maxChars - told.length - 1;
  const earlier = room > 0 ? extractSentences(before, room) : '';
  return [earlier, told].filter((part) => part !== '').join('\n');
}
