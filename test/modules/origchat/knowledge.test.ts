import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { tidyLabels } from '../../../src/modules/origchat/choices.ts';
import {
  type ChapterSource,
  happened,
  type KnowledgeSources,
  knowStory,
  UNPAID_CHARS,
} from '../../../src/modules/origchat/knowledge.ts';

/** What must not be told after `anchor`: each mark stands in one chapter only. */
const mark = (no: number, what: string) => `<<${what} ${no}>>`;

/** A story every part of whose chapters is marked; the marks of a text's depth come after 200 characters. */
function markedStory(count: number): Pick<KnowledgeSources, 'chapters' | 'summaries' | 'cast'> {
  const nos = Array.from({ length: count }, (_, index) => index + 1);
  return {
    chapters: nos.map(
      (no): ChapterSource => ({
        no,
        title: mark(no, 'title'),
        beginning: `${mark(no, 'text')} ${'It went on and on. '.repeat(12)} ${mark(no, 'deep')} Person${no} came in.`,
      }),
    ),
    summaries: nos.map((no) => ({
      no,
      shortBrief: mark(no, 'brief'),
      cumulativeSummary: nos
        .slice(0, no)
        .map((each) => mark(each, 'sum'))
        .join(' '),
    })),
    cast: nos.map((no) => `Person${no}`),
  };
}

const numbersIn = (text: string) => [...text.matchAll(/<<\w+ (\d+)>>|Person(\d+)/g)].map(([, a, b]) => Number(a ?? b));

describe('what a reader knows', () => {
  test('nothing of a later chapter, whatever the sources hold, at any anchor; of unpaid ones their beginning at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 18 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 15 })),
        fc.boolean(),
        (count, anchor, paid, reversed) => {
          const story = markedStory(count);
          const mayRead = (no: number) => no < 4 || paid.includes(no);
          const chapters = reversed ? story.chapters.toReversed() : story.chapters;
          const knowledge = knowStory({ ...story, chapters, title: 'T', anchor, mayRead });
          const told = JSON.stringify([knowledge, happened(knowledge)]);
          for (const no of numbersIn(told)) expect(no).toBeLessThanOrEqual(anchor);
          for (const [, what, no] of told.matchAll(/<<(deep|brief|sum) (\d+)>>/g))
            expect([what, no, mayRead(Number(no))]).toEqual([what, no, true]);
          if (count > 0 && anchor > 0) expect(knowledge.chapter?.no).toBe(Math.min(count, anchor));
          if (knowledge.chapter && !mayRead(knowledge.chapter.no))
            expect(knowledge.chapter.text.length).toBeLessThanOrEqual(UNPAID_CHARS);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('it is something, too: the chapter, what came before, the summary, who was named', () => {
    const knowledge = knowStory({ ...markedStory(8), title: 'T', anchor: 5, mayRead: () => true });
    expect(knowledge.chapter).toMatchObject({ no: 5, title: mark(5, 'title') });
    expect(knowledge.chapter?.text).toContain(mark(5, 'deep'));
    expect(knowledge.earlier).toEqual([2, 3, 4].map((no) => ({ no, text: mark(no, 'brief') })));
    expect(knowledge.summary).toContain(mark(1, 'sum'));
    expect(knowledge.persons).toEqual(['Person5']);
    expect(happened(knowledge)).toContain('It went on and on.');
  });

  test('a summary is used only when all it tells may be read', () => {
    const story = markedStory(8);
    const knowledge = knowStory({ ...story, title: 'T', anchor: 8, mayRead: (no) => no !== 4 });
    expect(knowledge.summary).toBe(story.summaries[2]?.cumulativeSummary as string);
  });

  test('persons are named by whole names', () => {
    const named = (text: string, cast: string[]) =>
      knowStory({
        title: 'T',
        anchor: 1,
        chapters: [{ no: 1, title: null, beginning: text }],
        summaries: [],
        cast,
        mayRead: () => true,
      }).persons;
    expect(named('Annabelle met K.', ['Ann', 'Annabelle', 'K.', ' ', 'Belle'])).toEqual(['Annabelle', 'K.']);
    expect(named('민수가 김첨지에게 말했다.', ['민수', '첨지', '김첨지', '수가'])).toEqual(['민수', '김첨지']);
  });

  test('a story without chapters is known by its title', () => {
    const knowledge = knowStory({
      title: 'T',
      anchor: 3,
      chapters: [],
      summaries: [],
      cast: ['A'],
      mayRead: () => true,
    });
    expect(knowledge).toEqual({ title: 'T', anchor: 3, summary: '', chapter: undefined, earlier: [], persons: [] });
    expect(happened(knowledge)).toEqual([]);
  });
});

describe('labels of choices', () => {
  test('three at most, different ones, none longer than a button, none cut within a letter', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 60 })), (labels) => {
        const tidy = tidyLabels(labels);
        expect(tidy.length).toBeLessThanOrEqual(3);
        expect(new Set(tidy.map((label) => label.toLowerCase())).size).toBe(tidy.length);
        for (const label of tidy) {
          expect(label.length).toBeWithin(1, 21);
          expect(label.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(tidyLabels(['Ask her about the letter she hid', 'ASK HER ABOUT THE', 'Wait'])).toEqual([
      'Ask her about the',
      'Wait',
    ]);
  });
});
