import { describe, expect, test } from 'bun:test';
import { createTeller, grammarProblems, parseGrammar } from '../../src/llm/providers/offline/grammar.ts';
import { particle } from '../../src/llm/providers/offline/korean.ts';
import { grammars } from '../../src/llm/providers/offline/languages.ts';
import { nounsOf } from '../../src/llm/providers/offline/nouns.ts';
import { seededRandom, seedOf } from '../../src/llm/providers/offline/random.ts';
import { genreOf, namedPerson, tidy, toneOf } from '../../src/llm/providers/offline/reading.ts';

describe('Korean particles', () => {
  test.each([
    ['용', '을', '을'],
    ['나무', '을', '를'],
    ['하늘', '이', '이'],
    ['바다', '이', '가'],
    ['민서', '은', '는'],
    ['도현', '은', '은'],
    ['친구', '과', '와'],
    ['마을', '과', '과'],
    ['집', '으로', '으로'],
    ['서울', '으로', '로'],
    ['바다', '으로', '로'],
    ['꿈', '이라는', '이라는'],
    ['시계', '이라는', '라는'],
    ['하린', '이다', '이다'],
    ['유나', '이었', '였'],
    ['1', '이', '이'],
    ['2', '이', '가'],
    ['2021', '으로', '로'],
    ['AI', '이', '가'],
    ['PDF', '을', '를'],
    ['XL', '으로', '로'],
    ['SM', '은', '은'],
    ['dragon', '이', '이'],
    ['Alice', '은', '는'],
    ['apple', '으로', '로'],
    ['robot', '을', '을'],
    ['‘용’', '을', '을'],
    ['시계(時計)', '을', '를'],
    ['🐉', '이', '가'],
    ['', '을', '를'],
    ['용', '에서', '에서'],
  ])('%s + %s = %s', (word, given, expected) => {
    expect(particle(word, given)).toBe(expected);
  });
});

describe('seeded randomness', () => {
  test('a seed gives one sequence, another seed another', () => {
    const ten = (seed: string) => Array.from({ length: 10 }, seededRandom(seed).next);
    expect(ten('a')).toEqual(ten('a'));
    expect(ten('a')).not.toEqual(ten('b'));
    for (const value of ten('a')) expect(value).toBeWithin(0, 1);
  });

  test('numbers are spread evenly', () => {
    const { next } = seededRandom('even');
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 8_000; i += 1) counts[Math.floor(next() * 4)]! += 1;
    for (const count of counts) expect(count).toBeWithin(1_800, 2_200);
  });

  test('a shuffle keeps everything', () => {
    const list = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = seededRandom('cards').shuffle(list);
    expect(shuffled).not.toEqual(list);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list);
  });

  test('a seed does not depend on the order of keys', () => {
    expect(seedOf({ a: 1, b: { c: [2], d: 3 } })).toBe(seedOf({ b: { d: 3, c: [2] }, a: 1 }));
    expect(seedOf({ a: [1, 2] })).not.toBe(seedOf({ a: [2, 1] }));
  });
});

describe('the grammar', () => {
  const grammar = parseGrammar('[thing]\nowl | lamp\n[thing.dark]\nraven\n[line]\n{a thing} for {who}.');
  const teller = (variants: string[]) => createTeller(grammar, seededRandom('x'), variants);

  test('fills places, puts the article and begins with a capital', () => {
    const told = teller([]);
    told.bind('who', 'Mira');
    expect([told.sentence('line'), told.sentence('line')].toSorted()).toEqual(['A lamp for Mira.', 'An owl for Mira.']);
  });

  test('every alternative comes before one comes twice, those of the variant too', () => {
    const told = teller(['dark']);
    expect([1, 2, 3].map(() => told.word('thing')).toSorted()).toEqual(['lamp', 'owl', 'raven']);
  });

  test('finds what is wrong with a text', () => {
    expect(grammarProblems(parseGrammar('[a]\n{b} {a|을}'), [])).toEqual(['a: {b}']);
    expect(grammarProblems(parseGrammar('[a]\n{b|에서} {b'), ['b'])).toEqual(['a: {b|에서}', 'a: {b|에서} {b']);
    expect(() => parseGrammar('text before a section')).toThrow('before the first section');
  });

  test('both languages have the same sections', () => {
    const korean = [...grammars.ko.keys()].toSorted();
    expect([...grammars.en.keys()].toSorted()).toEqual(korean);
  });

  test('the texts are of their language', () => {
    const words = (language: 'ko' | 'en') =>
      [...grammars[language].values()]
        .flat()
        .join('\n')
        .replace(/\{[^}]*\}/g, '');
    expect(words('ko')).not.toMatch(/\p{Script=Latin}/u);
    expect(words('en')).not.toMatch(/\p{Script=Hangul}/u);
  });
});

describe('reading a wish', () => {
  test.each([
    ['A lonely lighthouse keeper finds a message from the future', ['lighthouse keeper', 'message', 'future']],
    ['Write a story about a boy named Leo who meets a talking fox', ['boy', 'fox']],
    ['dragon school romance', ['dragon', 'school']],
    ['낡은 등대에서 편지를 줍는 소녀의 이야기', ['등대', '편지', '소녀']],
    ['고양이가 우주를 떠도는 판타지', ['고양이', '우주']],
    ['', []],
    ['!!! 123', []],
  ])('nouns of “%s”', (text, nouns) => {
    expect(nounsOf(text)).toEqual(nouns);
  });

  test.each([
    ['A boy named Leo', 'Leo'],
    ['민수라는 소년이 떠난다', '민수'],
    ['주인공 하늘은 선원이다', '하늘'],
    ['마법이라는 것', undefined],
    ['a dragon', undefined],
  ])('the person of “%s”', (text, name) => {
    expect(namedPerson(text)).toBe(name as string);
  });

  test('genre and tone are found by their words, and have a default', () => {
    expect([genreOf('', '마법 학교'), genreOf('sci-fi'), genreOf('lighthouse')]).toEqual(['fantasy', 'sf', 'everyday']);
    expect([toneOf('따뜻한'), toneOf('neutral', 'a funny tale'), toneOf('')]).toEqual(['warm', 'playful', 'neutral']);
  });

  test('a long text is cut at a word and made one line', () => {
    expect(tidy(' a\n\tb ')).toBe('a b');
    expect(tidy('one two three', 9)).toBe('one two…');
  });
});
