import type { StoredSnapshot } from '../../../db/tables/turns.ts';
import { normaliseStartSets } from '../../characters/start-sets/normalise.ts';
import { openingOf } from '../../characters/start-sets/read.ts';
import { type Names, renderNames } from './render.ts';

export type OpeningMessage = { content: string; metadata: Record<string, unknown> | null };

const SEPARATOR = /^\s*(?:혹은|또는|or|\||\/)\s*$/i;
/** Several short lines are alternatives; a longer text is one greeting. */
const ALTERNATIVES_CHARS = 240;
const ALTERNATIVE_CHARS = 120;

const HELLO = {
  en: (name: string) => `Hello! I am ${name}. What shall we talk about?`,
  ko: (name: string) => `안녕하세요, ${name}입니다. 무슨 이야기를 나눠 볼까요?`,
};

/**
 * The messages a room begins with: intro and first line of the opening, and a greeting where there is no first line. An
 * opening that does not exist is none. `draw` picks one of n greetings.
 */
export function openingMessages(
  snapshot: Pick<StoredSnapshot, 'character'>,
  openingId: string | null,
  names: Names,
  language: 'ko' | 'en',
  draw: (n: number) => number,
): OpeningMessage[] {
  const sets = normaliseStartSets(snapshot.character.startSets);
  const opening = sets && openingId !== null ? openingOf(sets, openingId) : undefined;
  const messages: OpeningMessage[] = [];
  const add = (text: string, metadata: OpeningMessage['metadata']) =>
    messages.push({ content: renderNames(text, names).trim(), metadata });
  if (opening?.intro.trim()) add(opening.intro, { kind: 'intro', opening_id: opening.id });
  if (opening?.firstLine.trim()) add(opening.firstLine, { kind: 'opening_first_line', opening_id: opening.id });
  else add(drawGreeting(snapshot, names, draw) || HELLO[language](names.character), null);
  return messages;
}

/** One of a creator's greetings, names filled in; empty when there is none. */
export function drawGreeting(
  { character }: Pick<StoredSnapshot, 'character'>,
  names: Names,
  draw: (n: number) => number,
): string {
  const greetings = greetingsOf(character.greeting ?? '');
  return renderNames(greetings[draw(greetings.length)] ?? '', names).trim();
}

/** The alternatives within a greeting: blocks between separator lines, or several short lines. */
function greetingsOf(greeting: string): string[] {
  const blocks: string[][] = [[]];
  for (const line of greeting.split('\n')) {
    if (SEPARATOR.test(line)) blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  const texts = blocks.map((block) => block.join('\n').trim()).filter((text) => text !== '');
  const [only] = texts;
  if (texts.length !== 1 || only === undefined) return texts;
  const lines = only.split('\n').map((line) => line.trim());
  const short = only.length < ALTERNATIVES_CHARS && lines.every((line) => line.length < ALTERNATIVE_CHARS);
  return short ? lines.filter((line) => line !== '') : texts;
}
