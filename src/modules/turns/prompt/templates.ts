import type { Language } from '../../../lib/language.ts';
import en from './parts.en.md' with { type: 'text' };
import ko from './parts.ko.md' with { type: 'text' };

const texts: Record<Language, ReadonlyMap<string, string>> = { en: read(en), ko: read(ko) };

/** Sections of a file: a name in brackets on a line of its own, then its text. */
function read(source: string): Map<string, string> {
  const sections = new Map<string, string>();
  for (const block of source.split(/^(?=\[[a-z_.]+\]$)/m)) {
    const [name, ...lines] = block.split('\n');
    if (name?.startsWith('[')) sections.set(name.slice(1, -1), lines.join('\n').trim());
  }
  return sections;
}

/** A part of a prompt in a language, its `{places}` filled in one pass: what a user wrote is never read as a template. */
export function phrase(language: Language, name: string, values: Record<string, string | number> = {}): string {
  const text = texts[language].get(name);
  if (text === undefined) throw new Error(`There is no prompt part called ${name}`);
  return text.replace(/\{(\w+)\}/g, (whole, place: string) =>
    Object.hasOwn(values, place) ? String(values[place]) : whole,
  );
}
