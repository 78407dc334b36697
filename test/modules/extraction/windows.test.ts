import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { WINDOW_CHARS, windowsOf } from '../../../src/modules/extraction/windows.ts';

async function pack(texts: string[]): Promise<string[]> {
  const windows: string[] = [];
  async function* source() {
    yield* texts;
  }
  for await (const window of windowsOf(source())) windows.push(window);
  return windows;
}

const letters = (text: string) => text.replace(/\s+/g, '');

test('whatever the texts, no window is too long or empty, and nothing is lost, doubled or moved', async () => {
  const piece = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ' ', '.', '\n', '가', '🦊'), maxLength: 20_000 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (texts) => {
      const windows = await pack(texts);
      expect(windows.every((window) => window.length <= WINDOW_CHARS && window.trim() !== '')).toBe(true);
      expect(letters(windows.join(''))).toBe(letters(texts.join('')));
    }),
    { numRuns: 60 },
  );
});

test('short chapters share a window, a long one is cut after a paragraph or a sentence', async () => {
  expect(await pack(['one', 'two', ' ', 'three'])).toEqual(['one\n\ntwo\n\nthree']);
  const sentence = 'She went on. ';
  const long = await pack([sentence.repeat(1_000)]);
  expect(long.length).toBe(3);
  expect(long.every((window) => window.endsWith('on.'))).toBe(true);
  expect((await pack(['가'.repeat(13_000)])).map((window) => window.length)).toEqual([6_000, 6_000, 1_000]);
  // Not within a character of two units.
  expect((await pack([`a${'🦊'.repeat(4_000)}`])).every((window) => window.isWellFormed())).toBe(true);
});
