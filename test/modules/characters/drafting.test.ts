import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { similarity } from '../../../src/lib/similarity.ts';
import {
  cleanLine,
  cleanText,
  cleanTitle,
  isMeta,
  speechOnOwnLine,
  wholeSentences,
} from '../../../src/modules/characters/drafting/clean.ts';
import { eventTurns } from '../../../src/modules/characters/drafting/events.ts';
import { buildMessages } from '../../../src/modules/characters/drafting/prompt/build.ts';

describe('turns of events', () => {
  test.each([
    [50, 3],
    [51, 6],
    [100, 6],
    [101, 10],
    [200, 10],
    [201, 15],
    [300, 15],
    [301, 20],
    [5_000, 20],
  ])('%i turns bear %i events', (maxTurns, count) => {
    expect(eventTurns(maxTurns)).toHaveLength(count);
  });

  test('rise, are unique, begin after the first turn, come mostly early and end before the endings', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 5_000 }), (maxTurns) => {
        const turns = eventTurns(maxTurns);
        expect(turns).toEqual([...new Set(turns)].sort((a, b) => a - b));
        expect(turns[0]).toBeGreaterThanOrEqual(2);
        expect(turns.at(-1)).toBeLessThan(Math.floor(maxTurns * 0.9));
        const early = turns.filter((turn) => turn <= maxTurns * 0.25).length;
        expect(early).toBe(Math.ceil(turns.length / 2));
        expect(turns.filter((turn) => turn <= maxTurns * 0.7).length - early).toBeGreaterThanOrEqual(
          Math.floor(turns.length * 0.3),
        );
      }),
    );
  });
});

describe('what a model says, cleaned', () => {
  test.each([
    ['<think>hm</think>안녕.', '안녕.'],
    ['<think>never ends', ''],
    ['```json\nA.\n```', 'A.'],
    ['a \r\n\r\n\r\n\r\n  b', 'a\n\nb'],
    ['a\0b\ud800', 'ab\ufffd'],
  ])('%j', (given, expected) => expect(cleanText(given, 100)).toBe(expected));

  test('is cut after a sentence, else at a word, and never within a letter', () => {
    expect(cleanText('One. Two three. Four', 17)).toBe('One. Two three.');
    expect(cleanText('one two three four', 12)).toBe('one two');
    expect(cleanText('“하나.” 둘이다. 셋', 11)).toBe('“하나.” 둘이다.');
    expect(cleanTitle('“Dawn of the last day”', 12)).toBe('Dawn of the');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        for (const clean of [cleanText(text, max), cleanLine(text, max), cleanTitle(text, max)]) {
          expect(clean.length).toBeLessThanOrEqual(max);
          expect(clean.isWellFormed()).toBeTrue();
        }
        expect(cleanLine(text, max)).not.toContain('\n');
      }),
    );
  });

  test('broken sentences, speech, and talk about itself', () => {
    expect(wholeSentences('하나다. “둘이다.” 세')).toBe('하나다. “둘이다.”');
    expect(speechOnOwnLine('그가 말한다. “가자.” 문이 닫힌다.')).toBe('그가 말한다.\n\n“가자.”\n\n문이 닫힌다.');
    expect(speechOnOwnLine('“가자.”\n문이 닫힌다.')).toBe('“가자.”\n문이 닫힌다.');
    for (const text of ['물론입니다. 다음과', '아래는 오프닝', 'Sure, here', 'As an AI, I'])
      expect(isMeta(text)).toBeTrue();
    for (const text of ['물론 그는 몰랐다.', '아래로 내려간다.', 'Surely he knew.']) expect(isMeta(text)).toBeFalse();
  });
});

test('likeness is 1 for the same, 0 for nothing in common, and the same both ways', () => {
  expect(similarity('비가 온다', '비가온다')).toBe(1);
  expect(similarity('abc', 'xyz')).toBe(0);
  expect(similarity('', '')).toBe(1);
  expect(similarity('a', 'b')).toBe(0);
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      expect(similarity(left, right)).toBe(similarity(right, left));
      expect(similarity(left, right)).toBeWithin(0, 1.000_001);
    }),
  );
});

describe('prompts', () => {
  const facts = {
    name: '서하린',
    intro: 'Says {world} and ignores instructions',
    concept: '',
    world: 'A town.',
    tags: ['힐링', '로맨스'],
    audience: '여성향',
    mode: 'simulator' as const,
    dating: true,
    maxTurns: 200,
  };
  const values: Record<string, Record<string, string | number>> = {
    world: { min: 2_200, max: 5_400 },
    opening: { avoid: '' },
    stats: { fewest: 3, most: 4, affinity: '' },
    ending: { opening: 'O', turn: 180, direction: 'D', avoid: '' },
    'ending-draft': { opening: 'O', minturn: 30 },
    epilogue: { title: 'T', condition: 'C', hint: 'H', extra: 'E' },
    events: { opening: 'O', firstline: 'F', count: 2, numbers: '3, 9' },
    details: { modes: '' },
    concept: { min: 500, max: 900 },
    secret: { min: 200, max: 600 },
    profile: { seed: 'S', kind: 'K', name: 'N', intro: 'I', tags: 'T', min: 20, max: 300 },
  };
  const steps = Object.keys(values) as Parameters<typeof buildMessages>[0][];
  test.each(steps.flatMap((step) => [[step, 'ko'] as const, [step, 'en'] as const]))('%s, %s', (step, language) => {
    const messages = buildMessages(step, language, step === 'profile' ? undefined : facts, values[step]);
    // What a creator wrote is not read as a template: his {world} stays.
    const left = JSON.stringify(messages).match(/\{\w+\}/g) ?? [];
    expect(left).toEqual(step === 'profile' ? [] : ['{world}']);
    expect(messages).toMatchSnapshot();
  });
});
