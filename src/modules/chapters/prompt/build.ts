import type { Language } from '../../../lib/language.ts';
import type { Message } from '../../../llm/tasks.ts';
import recapEn from './recap.en.md' with { type: 'text' };
import recapKo from './recap.ko.md' with { type: 'text' };
import summaryEn from './summary.en.md' with { type: 'text' };
import summaryKo from './summary.ko.md' with { type: 'text' };

const templates = {
  summary: { en: summaryEn, ko: summaryKo },
  recap: { en: recapEn, ko: recapKo },
} as const satisfies Record<string, Record<Language, string>>;

const none = { en: 'nothing', ko: '없음' } as const;

/** The message of one step of telling chapters in short; pure, and kept by a snapshot test. */
export function buildMessages(
  step: keyof typeof templates,
  language: Language,
  { text, before, maxChars }: { text: string; before: string; maxChars: number },
): Message[] {
  const values: Record<string, string> = { text, before: before || none[language], max: String(maxChars) };
  // One pass: what an author wrote is never read as a template.
  const content = templates[step][language].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return [{ role: 'user', content: content.trim() }];
}
