import { parse as parsePath } from 'node:path';
import { Compile } from 'typebox/compile';
import { characterFiles, storyFiles } from './files.ts';
import { type CatalogueCharacter, type CatalogueStory, CharacterFile, StoryHead } from './shape.ts';

/** What the catalogue holds; the key is the file's name without its ending and never changes. */
export type Keyed<T> = { key: string; value: T };

const characterFile = Compile(CharacterFile);
const storyHead = Compile(StoryHead);
/** A story: its head, then its chapters, each under `## title`. */
const STORY = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/;

/** All characters, in the order of their file names. Throws an Error that names file and place of a fault. */
export function readCharacters(): Promise<Keyed<CatalogueCharacter>[]> {
  return readAll(characterFiles(), (text, file) => checked<CatalogueCharacter>(characterFile, yaml(text, file), file));
}

/** All stories, likewise. */
export function readStories(): Promise<Keyed<CatalogueStory>[]> {
  return readAll(storyFiles(), parseStory);
}

/** A story out of its file's text. */
export function parseStory(text: string, file: string): CatalogueStory {
  const [, head, body] = STORY.exec(text) ?? [];
  if (head === undefined || body === undefined) throw new Error(`${file}: no head between two lines of ---`);
  const [before = '', ...parts] = body.split(/^## /m);
  if (before.trim() !== '') throw new Error(`${file}: text before the first chapter`);
  const chapters = parts.map((part, index) => {
    const [title = '', ...lines] = part.split('\n');
    return { no: index + 1, title: title.trim(), content: lines.join('\n').trim() };
  });
  return { ...checked<Omit<CatalogueStory, 'chapters'>>(storyHead, yaml(head, file), file), chapters };
}

async function readAll<T>(paths: string[], parse: (text: string, file: string) => T): Promise<Keyed<T>[]> {
  return Promise.all(
    paths.map(async (path) => {
      const { name, base } = parsePath(path);
      return { key: name, value: parse((await Bun.file(path).text()).normalize('NFC'), base) };
    }),
  );
}

function yaml(text: string, file: string): unknown {
  try {
    return trimmed(Bun.YAML.parse(text));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A block of text in YAML ends with a line break, which nobody means. */
function trimmed(value: unknown): unknown {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, trimmed(entry)]));
}

function checked<T>(
  schema: { Errors(value: unknown): { instancePath: string; message: string }[] },
  value: unknown,
  file: string,
): T {
  const [fault] = schema.Errors(value);
  if (fault) throw new Error(`${file}: ${fault.instancePath || '/'} ${fault.message}`);
  return value as T;
}
