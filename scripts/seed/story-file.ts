import type { CatalogueStory, Motif } from './shape.ts';

/**
 * Reads a story out of Markdown: `# title`, lines of `name: value` (genre, keywords, motif), the synopsis, then
 * `## title` for each chapter, numbered from 1.
 */
export function parseStory(text: string): CatalogueStory {
  const [head = '', ...parts] = text.split(/^## /m);
  const lines = head.split('\n');
  const title = lines[0]?.replace(/^# /, '').trim() ?? '';
  const value = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
      .trim() ?? '';
  return {
    title,
    genre: value('genre'),
    keywords: value('keywords').split(', '),
    motif: value('motif') as Motif,
    content: lines
      .slice(1)
      .filter((line) => !/^(genre|keywords|motif): /.test(line))
      .join('\n')
      .trim(),
    chapters: parts.map((part, index) => {
      const end = part.indexOf('\n');
      return { no: index + 1, title: part.slice(0, end).trim(), content: part.slice(end).trim() };
    }),
  };
}
