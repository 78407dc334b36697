import type { Language } from '../../../lib/language.ts';
import en from './parts.en.md' with { type: 'text' };
import ko from './parts.ko.md' with { type: 'text' };

type Values = Record<string, string | number>;

/** Sections of a file: a name in brackets on a line of its own, then its text. */
function read(source: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  for (const block of source.split(/^(?=\[[a-z_.]+\]$)/m)) {
    const [name, ...lines] = block.split('\n');
    if (name?.startsWith('[')) sections.set(name.slice(1, -1), lines.join('\n').trim());
  }
  return sections;
}

/**
 * How the parts of prompts in two files are told: by name, their `{places}` filled in one pass, so that what a user wrote
 * is never read as a template.
 */
export function phrasesOf(sources: Record<Language, string>) {
  const texts: Record<Language, ReadonlyMap<string, string>> = { en: read(sources.en), ko: read(sources.ko) };
  return (language: Language, name: string, values: Values = {}): string => {
    const text = texts[language].get(name);
    if (text === undefined) throw new Error(`There is no prompt part called ${name}`);
    return text.replace(/\{(\w+)\}/g, (whole, place: string) =>
      Object.hasOwn(values, place) ? String(values[place]) : whole,
    );
  };
}

/** A part of the prompts that both kinds of rooms share. */
export const phrase = phrasesOf({ en, ko });
