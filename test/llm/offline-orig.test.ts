import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { objectWithoutModel, textWithoutModel } from '../../src/llm/fallback.ts';
import { OrigChoices, type OrigFacts, OrigSeeds } from '../../src/llm/orig-tasks.ts';

const base: OrigFacts = {
  characterName: 'Ines',
  userName: 'Tom',
  personality: 'wary',
  description: 'Keeps letters.',
  turnNo: 1,
  userText: 'Where is the old lamp?',
  lastReply: '',
  event: null,
  memos: [],
  stats: [],
  stage: null,
  length: 'medium',
  storyTitle: 'The Drowned Bell',
  anchor: 2,
  persons: ['Ines', 'Tobias'],
  happened: ['Old Tobias rowed out to the reef at night.', 'Fog lay over the harbour.'],
  situation: '',
  advances: false,
};
const korean: OrigFacts = {
  ...base,
  characterName: '이네스',
  userName: '민수',
  personality: '조심스럽다',
  description: '편지를 간직한다.',
  userText: '낡은 등불은 어디에 있어?',
  storyTitle: '가라앉은 종',
  persons: ['이네스', '토비아스'],
  happened: ['토비아스는 밤에 배를 저어 암초로 나갔다.', '항구에 안개가 깔렸다.'],
};
const told = { en: base, ko: korean } as const;
const letters = (text: string, script: RegExp) => text.match(script)?.length ?? 0;

describe.each(['en', 'ko'] as const)('inside a story without a model (%s)', (language) => {
  const facts = told[language];
  const turn = (more: Partial<OrigFacts> = {}) =>
    textWithoutModel({ task: 'orig.turn', language, messages: [], facts: { ...facts, ...more } });

  test('it speaks the language, names who is there and tells of what happened', () => {
    const text = Array.from({ length: 12 }, (_, n) => turn({ turnNo: n + 1 })).join('\n');
    const hangul = letters(text, /\p{Script=Hangul}/gu);
    const latin = letters(text, /\p{Script=Latin}/gu);
    expect(language === 'ko' ? hangul > latin * 20 : hangul === 0 && latin > 100).toBe(true);
    for (const fact of [facts.characterName, facts.userName, facts.persons[1] as string, ...facts.happened])
      expect(text).toContain(fact);
    expect(text).not.toMatch(/[{}|]/);
  });

  test('different turns differ, the same is the same', () => {
    const texts = Array.from({ length: 30 }, (_, n) => turn({ turnNo: n + 1 }));
    expect(new Set(texts).size).toBe(30);
    expect(turn()).toBe(turn());
    expect(turn({ length: 'long' }).length).toBeGreaterThan(turn({ length: 'short' }).length);
  });

  test('a situation is taken up; a story that goes on by itself moves', () => {
    const situation = language === 'ko' ? '비가 내리기 시작한다.' : 'It begins to rain.';
    expect(turn({ situation, userText: '' })).toContain(situation);
    expect(turn({ advances: true, userText: '' })).not.toBe(turn({ userText: '' }));
  });

  test('facts in the other language are left out', () => {
    const other = told[language === 'ko' ? 'en' : 'ko'].happened;
    const texts = Array.from({ length: 10 }, (_, n) => turn({ turnNo: n, happened: other })).join('\n');
    for (const fact of other) expect(texts).not.toContain(fact);
  });

  test('a greeting names the work and the one it meets', () => {
    const { characterName, userName, personality, storyTitle, anchor, persons, happened } = facts;
    const greet = (name: string) =>
      textWithoutModel({
        task: 'orig.greeting',
        language,
        messages: [],
        facts: { characterName, userName: name, personality, persona: '', storyTitle, anchor, persons, happened },
      });
    expect(greet(userName)).toContain(storyTitle);
    expect(greet(userName)).toContain(userName);
    expect(greet('Zed')).toContain('Zed');
  });

  test('three different choices, short enough for a button; a seed for each chapter', () => {
    const { choices } = objectWithoutModel(
      { task: 'orig.choices', language, messages: [], facts: { ...facts, count: 3, hint: '' } },
      OrigChoices,
    );
    expect(new Set(choices.map(({ label }) => label)).size).toBe(3);
    for (const { label } of choices) expect(label.length).toBeLessThanOrEqual(20);
    const chapters = [4, 9].map((no) => ({ no, title: no === 4 ? facts.storyTitle : '', opening: '' }));
    const { seeds } = objectWithoutModel(
      { task: 'orig.seeds', language, messages: [], facts: { storyTitle: facts.storyTitle, chapters } },
      OrigSeeds,
    );
    expect(seeds.map(({ chapter }) => chapter)).toEqual([4, 9]);
    expect(seeds[0]?.label).toBe(facts.storyTitle);
    for (const { label } of seeds) expect(label.length).toBeWithin(1, 41);
  });
});

describe('working over without a model', () => {
  const polish = (goal: 'consistency' | 'speakers', text: string, maxOthers = 1) =>
    textWithoutModel({
      task: 'orig.polish',
      language: 'en',
      messages: [],
      facts: { goal, text, characterName: 'Ines', userName: 'Tom', persons: ['Tobias', 'Keeper'], maxOthers },
    });

  test('what is said twice or for the user goes', () => {
    expect(polish('consistency', '* She waits.\n\nTom: I agree.\n\n* She waits.\n\n"Well."')).toBe(
      '* She waits.\n\n"Well."',
    );
  });

  test('no more persons speak than may', () => {
    const text = 'Tobias: "Ahoy."\nKeeper: "Hush."\nInes: "You two."\nTobias: "Aye."\n* Silence.';
    expect(polish('speakers', text)).toBe('Tobias: "Ahoy."\nInes: "You two."\nTobias: "Aye."\n* Silence.');
    expect(polish('speakers', text, 2)).toBe(text);
  });

  test('it never adds a line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('Tom: yes', 'Ines: no', 'Tobias: ay', '* It rains.', '', '"Well."'), { minLength: 1 }),
        fc.constantFrom('consistency' as const, 'speakers' as const),
        (lines, goal) => {
          for (const line of polish(goal, lines.join('\n')).split('\n')) expect(['', ...lines]).toContain(line);
        },
      ),
    );
  });
});
