import { type Language, languageOf } from '../../../lib/language.ts';
import type { GenerateInput } from './schema.ts';

/** What is to be written, with every default filled in. */
export type StoryPlan = {
  prompt: string;
  keywords: string[];
  genre: string | null;
  tone: string;
  model: string;
  language: Language;
  /** Characters (UTF-16 units) of the whole text, headings included. */
  targetChars: number;
  chapters: number;
  isPublic: boolean;
};

const charsOfLength = { short: 1_500, medium: 4_000, long: 10_000 } as const;
const CHARS_PER_CHAPTER = 5_000;
/** The text may miss its length by a fifth; writing aims closer than that. */
export const LENGTH_TOLERANCE = 0.15;
/** A reader is shown the beginning once it has this many characters. */
export const PREVIEW_AT_CHARS = 200;
export const PREVIEW_MAX_CHARS = 500;
const TITLE_MAX_CHARS = 20;
const READING_CHARS_PER_MINUTE = 300;

/** Fills in the defaults; undefined when there is neither a prompt nor a keyword to write about. */
export function planStory(input: GenerateInput, askedIn: Language): StoryPlan | undefined {
  const prompt = input.prompt?.trim() ?? '';
  const keywords = [
    ...new Set((input.keywords ?? []).map((keyword) => keyword.trim()).filter((keyword) => keyword !== '')),
  ];
  if (prompt === '' && keywords.length === 0) return undefined;
  const targetChars = input.target_chars ?? charsOfLength[input.length ?? 'medium'];
  return {
    prompt,
    keywords,
    genre: input.genre?.trim() || null,
    tone: input.tone?.trim() || 'neutral',
    model: input.model?.trim() || 'standard',
    language: languageOf(`${prompt} ${keywords.join(' ')}`, askedIn),
    targetChars,
    chapters: input.chapters ?? Math.max(1, Math.round(targetChars / CHARS_PER_CHAPTER)),
    isPublic: input.is_public ?? false,
  };
}

/** The line over a chapter; the first one has no blank lines before it. */
export function chapterHeading(language: Language, number: number): string {
  const name = language === 'ko' ? `제${number}장` : `Chapter ${number}`;
  return `${number === 1 ? '' : '\n\n'}## ${name}\n\n`;
}

/** Characters for the next chapter, so that what the earlier ones missed is made up for. */
export function charsForChapter(plan: StoryPlan, number: number, written: number): number {
  const left = plan.chapters - number + 1;
  const headings = Array.from({ length: left - 1 }, (_, i) => chapterHeading(plan.language, number + 1 + i).length);
  const forHeadings = headings.reduce((sum, length) => sum + length, 0);
  return Math.max(20, Math.floor((plan.targetChars - written - forHeadings) / left));
}

export function readingMinutes(content: string): number {
  return Math.max(1, Math.round(content.length / READING_CHARS_PER_MINUTE));
}

/** A title of at most twenty characters, cut at a word where there is one. */
export function fitTitle(title: string): string {
  const clean = title.replace(/\s+/g, ' ').replace(/^["'“”‘’「」『』#\s]+|["'“”‘’「」『』\s.]+$/g, '');
  const chars = [...clean];
  if (chars.length <= TITLE_MAX_CHARS) return clean;
  const cut = chars.slice(0, TITLE_MAX_CHARS).join('');
  const space = cut.lastIndexOf(' ');
  return (space >= TITLE_MAX_CHARS / 2 ? cut.slice(0, space) : cut).trim();
}
