import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import * as schemas from '../../src/llm/character-tasks.ts';
import { objectWithoutModel, textWithoutModel } from '../../src/llm/fallback.ts';

const facts = {
  name: '서하린',
  intro: '비 오는 골목의 시계 수리공이 잃어버린 동생을 찾는다.',
  concept: '',
  world: '',
  tags: ['로맨스'],
  audience: '여성향',
  mode: 'roleplay' as 'roleplay' | 'simulator',
  dating: false,
  maxTurns: 200,
};
const english = { ...facts, name: 'Harlan Reed', intro: 'A clock mender in a rainy alley looks for a lost brother.' };
type Facts = typeof facts;

/** Everything that is said of a character, as one text. */
function tellAll(given: Facts, language: 'ko' | 'en') {
  const call = { language, messages: [] } as const;
  const lengths = { minChars: 2_200, maxChars: 5_400 };
  const place = { opening: '', minTurn: 30, avoidTitle: '', turn: 180 };
  const world = textWithoutModel({ ...call, task: 'quick.world', facts: { ...given, ...lengths } });
  const opening = objectWithoutModel(
    { ...call, task: 'quick.opening', facts: { ...given, avoid: '' } },
    schemas.OpeningAnswer,
  );
  const endings = ([1, 2] as const).map((order) =>
    objectWithoutModel({ ...call, task: 'quick.ending', facts: { ...given, ...place, order } }, schemas.EndingAnswer),
  );
  const turns = Array.from({ length: 20 }, (_, n) => n + 1);
  const { events } = objectWithoutModel(
    { ...call, task: 'quick.events', facts: { ...given, opening: '', firstLine: '', turns } },
    schemas.EventsAnswer,
  );
  const { stats } = objectWithoutModel(
    { ...call, task: 'quick.stats', facts: { ...given, fewest: 1, most: 4 } },
    schemas.StatsAnswer,
  );
  const details = objectWithoutModel(
    { ...call, task: 'quick.details', facts: { ...given, sectionModes: {} } },
    schemas.DetailsAnswer,
  );
  const secret = textWithoutModel({
    ...call,
    task: 'wizard.secret',
    facts: { ...given, minChars: 200, maxChars: 600 },
  });
  return { world, opening, endings, events, stats, details, secret };
}

const cases = [
  ['ko', 'roleplay', facts],
  ['ko', 'simulator', facts],
  ['en', 'roleplay', english],
  ['en', 'simulator', english],
] as const;

describe.each(cases)('%s, %s', (language, mode, given) => {
  const all = tellAll({ ...given, mode }, language);
  const text = JSON.stringify(all);

  test('speaks of the character by name, and of what the introduction says', () => {
    expect(all.world.split(given.name).length).toBeGreaterThan(2);
    expect(all.world).toMatch(language === 'ko' ? /시계|골목|동생/ : /clock|alley|brother/);
  });

  test('stays in its language, fills every place', () => {
    expect(text).not.toMatch(/[{}]\w|undefined/);
    if (language === 'en') expect(text).not.toMatch(/\p{Script=Hangul}/u);
    else expect(all.world.replace(/[^\p{L}]/gu, '')).not.toMatch(/[a-z]{4,}/i);
  });

  test('has two endings with nothing in common, twenty events without a repetition, numbers of its kind', () => {
    const [first, second] = all.endings;
    for (const key of ['title', 'base_condition', 'hint', 'epilogue'] as const)
      expect(first?.[key]).not.toBe(second?.[key]);
    expect(new Set(all.events.map(({ title }) => title)).size).toBe(20);
    for (const event of all.events) for (const part of Object.values(event)) expect(part).not.toBe('');
    expect(all.stats.some(({ name }) => /호감도|Affinity/.test(name))).toBe(mode === 'roleplay');
  });

  test('says the same of the same, and something else of somebody else', () => {
    expect(tellAll({ ...given, mode }, language)).toEqual(all);
    const other = tellAll(
      { ...given, mode, intro: language === 'ko' ? '바다를 지키는 등대지기.' : 'A keeper of the sea.' },
      language,
    );
    expect(other.opening).not.toEqual(all.opening);
    expect(other.world).not.toBe(all.world);
  });
});

test('whatever a creator wrote, every answer fits its schema and is not empty', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.constantFrom('A', '0', '🦊', '{hero}', '김'),
  );
  fc.assert(
    fc.property(
      anything,
      anything,
      fc.constantFrom('ko', 'en'),
      fc.constantFrom('roleplay', 'simulator'),
      (name, intro, language, mode) => {
        const all = tellAll({ ...facts, name, intro, mode }, language);
        expect(all.world.length).toBeGreaterThan(1_800);
        for (const ending of all.endings) expect(ending.title.trim()).not.toBe('');
      },
    ),
    { numRuns: 15 },
  );
});
