import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { safePrefix } from '../../../src/lib/text.ts';
import {
  chapterHeading,
  charsForChapter,
  fitTitle,
  planStory,
  readingMinutes,
  type StoryPlan,
} from '../../../src/modules/stories/generation/plan.ts';
import { buildMessages } from '../../../src/modules/stories/generation/prompt/build.ts';
import { cutAtSentence } from '../../../src/modules/stories/generation/write.ts';

const plan = (input: object = {}): StoryPlan => planStory({ prompt: 'A quiet harbour', ...input }, 'en') as StoryPlan;

describe('the plan', () => {
  test('fills in defaults; target_chars beats length; nothing to write about is no plan', () => {
    expect(plan()).toMatchObject({
      targetChars: 4_000,
      chapters: 1,
      tone: 'neutral',
      model: 'standard',
      language: 'en',
      isPublic: false,
    });
    expect(plan({ length: 'long' })).toMatchObject({ targetChars: 10_000, chapters: 2 });
    expect(plan({ length: 'short', target_chars: 30_000 })).toMatchObject({ targetChars: 30_000, chapters: 6 });
    expect(plan({ prompt: '항구의 여우' }).language).toBe('ko');
    expect(plan({ keywords: [' a ', 'a', '', 'b'] }).keywords).toEqual(['a', 'b']);
    expect(planStory({ prompt: null, keywords: null }, 'ko')).toBeUndefined();
  });

  test('chapters written at their lengths add up to the target', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 30_000 }), fc.integer({ min: 1, max: 20 }), (targetChars, chapters) => {
        const story = plan({ target_chars: targetChars, chapters });
        let written = 0;
        for (let number = 1; number <= chapters; number++) {
          written += chapterHeading('en', number).length;
          written += charsForChapter(story, number, written);
        }
        expect(Math.abs(written - targetChars)).toBeLessThanOrEqual(Math.max(chapters * 21, 20));
      }),
    );
  });
});

describe('titles and prefixes', () => {
  test.each([
    ['"The Lantern"', 'The Lantern'],
    ['# 등대와 고래.', '등대와 고래'],
    ['A very long title that nobody would print', 'A very long title'],
    ['아주아주아주아주아주아주아주아주아주아주긴제목입니다', '아주아주아주아주아주아주아주아주아주아주'],
    ['  two\n lines ', 'two lines'],
  ])('%p becomes %p', (title, expected) => expect(fitTitle(title)).toBe(expected));

  test('a title has at most twenty characters; a prefix never ends within one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 50 }), (text, max) => {
        expect([...fitTitle(text)].length).toBeLessThanOrEqual(20);
        const prefix = safePrefix(text, max);
        expect(text.startsWith(prefix)).toBe(true);
        expect(prefix.length).toBeLessThanOrEqual(max);
        expect(prefix.isWellFormed()).toBe(true);
      }),
    );
    expect(readingMinutes('')).toBe(1);
    expect(readingMinutes('x'.repeat(900))).toBe(3);
  });
});

describe('cutting at a sentence', () => {
  async function* pieces(list: string[]) {
    yield* list;
  }
  const join = async (list: string[], max: number) => {
    let text = '';
    for await (const piece of cutAtSentence(pieces(list), max)) text += piece;
    return text;
  };
  test('passes a short text on as it is', async () => {
    expect(await join(['One. ', 'Two'], 100)).toBe('One. Two');
  });
  test('ends a long one at the last whole sentence within the limit', async () => {
    expect(await join(['One two three. Four five', ' six. Seven eight nine. Ten.'], 40)).toBe(
      'One two three. Four five six.',
    );
    expect(await join(['하나 둘 셋이다. 넷 다섯이다. 여섯'], 12)).toBe('하나 둘 셋이다.');
  });
  test('never passes the limit, and always gives a prefix', async () => {
    const sentence = fc
      .tuple(fc.lorem({ maxCount: 8 }), fc.constantFrom('. ', '! ', '? '))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(sentence, { maxLength: 30 }), fc.integer({ min: 1, max: 400 }), async (list, max) => {
        const text = await join(list, max);
        expect(list.join('').startsWith(text)).toBe(true);
        expect(text.length).toBeLessThanOrEqual(max);
      }),
    );
  });
});

describe('prompts', () => {
  const soFar = { concept: 'C', world: 'W', characters: 'P', content: 'It began.' };
  for (const language of ['en', 'ko'] as const)
    for (const stage of ['concept', 'world', 'characters', 'body', 'title'] as const)
      test(`${stage} in ${language}`, () => {
        const story = plan({
          prompt: language === 'ko' ? '항구의 여우' : 'A harbour fox',
          keywords: ['lantern'],
          genre: 'fantasy',
          chapters: 3,
        });
        expect(buildMessages(stage, story, soFar, { chapter: 2, chars: 900 })).toMatchSnapshot();
      });

  test('what a reader wrote is never read as a template', () => {
    const [, user] = buildMessages('concept', plan({ prompt: 'Say {keywords} and {system}', keywords: ['SECRET'] }));
    expect(user?.content).toContain('Say {keywords} and {system}');
  });
});
