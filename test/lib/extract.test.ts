import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { extractSentences } from '../../src/lib/extract.ts';
import { firstSentences, sentencesOf } from '../../src/lib/sentences.ts';

const fixture = (name: string) => Bun.file(new URL(`../fixtures/${name}.txt`, import.meta.url)).text();
const bare = (text: string) => text.replace(/\s+/g, '');
/** Texts of words, marks, quotes and line breaks in any order. */
const prose = fc
  .array(
    fc.constantFrom(
      '비가',
      '왔다',
      'Mr',
      'rain',
      'fell',
      '3',
      '.',
      '!',
      '…',
      '?',
      '"',
      '”',
      '“',
      "'",
      ' ',
      ' ',
      '\n',
      '\n\n',
      '🌧️',
    ),
    { maxLength: 120 },
  )
  .map((parts) => parts.join(''));

describe('sentences', () => {
  test.each([
    ['He left. She stayed!', ['He left.', 'She stayed!']],
    ['Mr. Kim paid 3.14 dollars. "No!" she said.', ['Mr. Kim paid 3.14 dollars.', '"No!" she said.']],
    ['그는 갔다. “왜?” 하고 물었다.', ['그는 갔다.', '“왜?” 하고 물었다.']],
    ['a wrapped\nline. Next', ['a wrapped line.', 'Next']],
    ['Heading\n\nText here.', ['Heading', 'Text here.']],
    ['Wait... what?! 정말...', ['Wait... what?!', '정말...']],
    [' \n ', []],
  ])('%j', (text, sentences) => expect(sentencesOf(text)).toEqual(sentences));

  test('lose nothing but blanks', () => {
    fc.assert(fc.property(prose, (text) => expect(bare(sentencesOf(text).join(''))).toBe(bare(text))));
  });

  test('from the start: no longer than asked, whole where they fit, never half a character', () => {
    fc.assert(
      fc.property(prose, fc.integer({ min: 2, max: 60 }), (text, maxChars) => {
        const first = firstSentences(text, maxChars);
        expect(first.length).toBeLessThanOrEqual(maxChars);
        expect(first.isWellFormed()).toBe(true);
        expect(first === '').toBe(text.trim() === '');
        if (!first.endsWith('…')) expect(sentencesOf(text).join(' ').startsWith(first)).toBe(true);
      }),
    );
  });
});

describe('an extract', () => {
  test('is made of whole sentences of the text, in their order, no longer than asked', () => {
    fc.assert(
      fc.property(prose, fc.integer({ min: 2, max: 200 }), (text, maxChars) => {
        const extract = extractSentences(text, maxChars);
        expect(extract.length).toBeLessThanOrEqual(maxChars);
        expect(extract === '').toBe(text.trim() === '');
        const sentences = sentencesOf(text);
        if (sentences.join(' ').length <= maxChars) expect(extract).toBe(sentences.join(' '));
      }),
    );
  });

  test.each(['lucky-day.ko', 'ready-made-life.ko', 'alice-in-wonderland.en'])(
    'of %s comes from all of it',
    async (name) => {
      const text = (await fixture(name)).slice(0, 24_000);
      const sentences = sentencesOf(text);
      const extract = extractSentences(text, 400);
      expect(extract.length).toBeWithin(250, 401);
      let at = -1;
      const places: number[] = [];
      for (let rest = extract; rest !== ''; ) {
        at = sentences.findIndex((sentence, index) => index > at && rest.startsWith(sentence));
        expect(at).toBeGreaterThanOrEqual(0);
        places.push(at / sentences.length);
        rest = rest.slice(sentences[at]?.length).trimStart();
      }
      expect(places.some((place) => place < 0.34) && places.some((place) => place > 0.5)).toBe(true);
    },
  );
});
