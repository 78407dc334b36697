import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Language } from '../../src/lib/language.ts';
import type { StoryFacts } from '../../src/llm/tasks.ts';
import { tellStory } from './offline-story.ts';

const language = fc.constantFrom<Language>('ko', 'en');
const oneLine = (text: string) => text.trim().replace(/\s+/g, ' ');
const anyText = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength }).map((text) => oneLine(text));
const keyword = fc
  .oneof(
    fc.constantFrom(
      '시계탑',
      '비밀',
      '용',
      'dragon',
      'time travel',
      'AI',
      '비 오는 날의 편지',
      'lonely',
      '쓸쓸한',
      '1984',
    ),
    anyText(40),
  )
  .filter((text) => text !== '' && text.length <= 50);
const prompt = fc.oneof(
  fc.constantFrom(
    '',
    'A girl named Mira picks up letters in an old lighthouse.',
    '민수라는 소년이 잃어버린 시계를 찾아 떠나는 모험',
  ),
  anyText(200),
);
const genre = fc.option(fc.oneof(fc.constantFrom('판타지', '로맨스', 'mystery', 'SF', 'horror', '무협'), anyText(50)));
const tone = fc.oneof(fc.constantFrom('neutral', '따뜻한', 'dark', '유쾌한', 'lyrical'), anyText(50));
const keywords = fc.uniqueArray(keyword, { maxLength: 10 });
const wishes = fc.record({
  prompt,
  keywords,
  genre,
  tone,
  targetChars: fc.integer({ min: 500, max: 30_000 }),
  chapters: fc.integer({ min: 1, max: 20 }),
});

/** Properties tell dozens of stories; a busy machine takes its time. */
const PROPERTY_TIMEOUT_MS = 60_000;

describe('a story told offline', () => {
  test(
    'has the length that was asked for, in whole sentences, and no paragraph twice',
    async () => {
      await fc.assert(
        fc.asyncProperty(wishes, language, async (wish, spoken) => {
          const { chapters, chapterTargetChars, title, body } = await tellStory(wish, spoken);
          for (const chapter of chapters) {
            // Below 40 characters a sentence or two cannot come closer.
            const tolerance = chapterTargetChars < 40 ? 0.2 : 0.12;
            expect(Math.abs(chapter.length - chapterTargetChars) / chapterTargetChars).toBeLessThanOrEqual(tolerance);
            expect(chapter).toMatch(/[.!?…]”?$/);
          }
          expect(Math.abs(body.length - wish.targetChars) / wish.targetChars).toBeLessThanOrEqual(0.2);
          const paragraphs = body.split('\n\n').filter((paragraph) => paragraph.length > 40);
          expect(paragraphs).toEqual([...new Set(paragraphs)]);
          expect(title.trim()).toBe(title);
          expect(title.length).toBeWithin(1, 21);
        }),
        { numRuns: 30 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    'names every keyword when there is room for them',
    async () => {
      await fc.assert(
        fc.asyncProperty(wishes, language, async (given, spoken) => {
          const wish = { ...given, targetChars: given.chapters * 900 };
          const { body } = await tellStory(wish, spoken);
          for (const word of wish.keywords) expect(body).toContain(word);
        }),
        { numRuns: 20 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test(
    'is the same for the same facts',
    async () => {
      await fc.assert(
        fc.asyncProperty(wishes, language, async (wish, spoken) => {
          expect(await tellStory(wish, spoken)).toEqual(await tellStory(structuredClone(wish), spoken));
        }),
        { numRuns: 8 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test('is another one as soon as a fact differs', async () => {
    const wish = { prompt: '시간을 되돌리는 시계탑', keywords: ['약속', '비'], genre: '판타지', tone: '따뜻한' };
    const changes: Partial<StoryFacts>[] = [
      {},
      { prompt: '시간을 되돌리는 시계탑.' },
      { keywords: ['비', '약속'] },
      { keywords: ['약속'] },
      { genre: '로맨스' },
      { tone: '어두운' },
      { targetChars: 3_001 },
      { chapters: 3 },
    ];
    const stories = await Promise.all(changes.map((change) => tellStory({ ...wish, ...change }, 'ko')));
    expect(new Set(stories.map(({ chapters }) => chapters[0])).size).toBe(changes.length);
    expect(new Set(stories.map(({ concept }) => concept)).size).toBe(changes.length);
  });

  test(
    'stays in its language but for what the user wrote',
    async () => {
      const korean = fc.record({ ...own('ko'), targetChars: fc.constant(4_000), chapters: fc.constantFrom(1, 4) });
      const english = fc.record({ ...own('en'), targetChars: fc.constant(4_000), chapters: fc.constantFrom(1, 4) });
      const without = (text: string, words: readonly string[]) =>
        [...words].sort((a, b) => b.length - a.length).reduce((rest, word) => rest.replaceAll(word, ' '), text);
      const all = ({ concept, world, characters, body, title }: Awaited<ReturnType<typeof tellStory>>) =>
        [concept, world, characters, body, title].join('\n');
      await fc.assert(
        fc.asyncProperty(korean, english, async (ko, en) => {
          expect(without(all(await tellStory(ko, 'ko')), ko.keywords).match(/\p{Script=Latin}+/gu)).toBeNull();
          expect(without(all(await tellStory(en, 'en')), en.keywords).match(/\p{Script=Hangul}+/gu)).toBeNull();
        }),
        { numRuns: 12 },
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  test('is told of the person whom the wish names', async () => {
    const english = await tellStory({ prompt: 'A boy named Leo meets a fox.' }, 'en');
    for (const text of [english.concept, english.characters, english.body]) expect(text).toContain('Leo');
    const korean = await tellStory({ prompt: '민수라는 소년이 여우를 만난다.' }, 'ko');
    for (const text of [korean.concept, korean.characters, korean.body]) expect(text).toContain('민수');
  });

  test('keeps its persons from plan to last chapter', async () => {
    const { characters, chapters } = await tellStory({ keywords: ['rain'], targetChars: 12_000, chapters: 4 }, 'en');
    const [hero = '', friend = ''] = characters.split('\n').map((line) => line.split(' — ')[0]);
    for (const chapter of chapters) {
      expect(chapter).toContain(hero);
      expect(chapter).toContain(friend);
    }
  });

  test('talks: every chapter has dialogues and paragraphs', async () => {
    for (const spoken of ['ko', 'en'] as const) {
      const { chapters } = await tellStory({ keywords: ['rain'], targetChars: 9_000, chapters: 3 }, spoken);
      for (const chapter of chapters) {
        expect(chapter.match(/^“/gm)?.length).toBeGreaterThan(2);
        expect(chapter.split('\n\n').length).toBeGreaterThan(8);
      }
    }
  });
});

/** A wish in the language itself, with keywords of the other one beside it. */
function own(spoken: Language) {
  const words = { ko: ['약속', '바다', '비밀'], en: ['promise', 'sea', 'secret'] };
  const foreign = spoken === 'ko' ? 'dragon' : '시계탑';
  return {
    prompt: fc.constantFrom(
      '',
      ...(spoken === 'ko' ? ['낡은 등대에서 편지를 줍는 소녀'] : ['A girl in an old lighthouse']),
    ),
    keywords: fc.subarray([...words[spoken], foreign], { minLength: 1 }),
    genre: fc.constantFrom(null, ...(spoken === 'ko' ? ['공포', '무협'] : ['horror', 'romance'])),
    tone: fc.constantFrom('neutral', ...(spoken === 'ko' ? ['유쾌한'] : ['funny'])),
  };
}
