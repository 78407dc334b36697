import type { Language } from '../../../lib/language.ts';
import type { Message } from '../../../llm/tasks.ts';
import enrichEn from './enrich.en.md' with { type: 'text' };
import enrichKo from './enrich.ko.md' with { type: 'text' };
import systemEn from './system.en.md' with { type: 'text' };
import systemKo from './system.ko.md' with { type: 'text' };
import windowEn from './window.en.md' with { type: 'text' };
import windowKo from './window.ko.md' with { type: 'text' };

const systems = { en: systemEn, ko: systemKo } as const;
const templates = {
  window: { en: windowEn, ko: windowKo },
  enrich: { en: enrichEn, ko: enrichKo },
} as const;
const none = { en: 'none', ko: '없음' } as const;

type Values = {
  window: { text: string; known: string };
  enrich: { name: string; aliases: string; title: string; passages: string };
};

/** The messages of one step; pure, and kept by a snapshot test. What the story says is never read as a template. */
export function buildMessages<Step extends keyof Values>(
  step: Step,
  language: Language,
  values: Values[Step],
): Message[] {
  const given: Record<string, string> = values;
  const filled = templates[step][language].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(given, name) ? given[name] || none[language] : whole,
  );
  return [
    { role: 'system', content: systems[language].trim() },
    { role: 'user', content: filled.trim() },
  ];
}
