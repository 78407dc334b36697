import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { Language } from '../../src/lib/language.ts';
import { createLogger } from '../../src/lib/log.ts';
import { EnrichAnswer, WindowAnswer } from '../../src/llm/extract-tasks.ts';
import { openLlm } from '../../src/llm/gateway.ts';
import { works } from '../modules/extraction/texts.ts';

const offline = openLlm(
  { baseUrl: '', apiKey: '', model: '', fallbackModel: '', models: '[]', offlineCharsPerSecond: 0 } as never,
  createLogger('silent', {}, () => undefined),
);
const { signal } = new AbortController();
const draw = (name: string, passages: string[], language: Language, storyTitle = 'A story') =>
  offline.produce(
    { task: 'extract.enrich', messages: [], language, facts: { name, aliases: [], storyTitle, passages } },
    EnrichAnswer,
    signal,
  );
const look = (text: string, language: Language, known: string[] = []) =>
  offline.produce({ task: 'extract.window', messages: [], language, facts: { text, known } }, WindowAnswer, signal);

test.each([
  [works[0]!, 'Hatter', /Hatter/],
  [works[1]!, '김첨지', /김첨지/],
  [works[2]!, 'P', /P/],
])('a portrait is made of the text, within its limits and in its language ($1.file)', async (work, name, named) => {
  const text = await work.read();
  const portrait = await draw(name, [text], work.language, work.title);
  const limits = {
    personality: 1_200,
    speech_style: 800,
    greeting: 500,
    world_setting: 2_000,
    background_story: 3_000,
  };
  for (const [field, max] of Object.entries(limits)) {
    const value = portrait[field as keyof typeof portrait];
    expect(value.length, field).toBeWithin(5, max + 1);
    expect(/[가-힣]/.test(value), field).toBe(work.language === 'ko');
  }
  expect(portrait.world_setting).toContain(work.title);
  // Shown to everybody, whoever may read the story.
  expect(portrait.personality).not.toContain(work.title);
  expect(portrait.background_story).toMatch(named);
  // Sentences of the story, not of ours.
  const told = portrait.background_story.slice(0, 40).trim();
  expect(text.replace(/\s+/g, ' ')).toContain(told);
  expect(await draw(name, [text], work.language, work.title)).toEqual(portrait);
});

test('two persons of one story are not drawn alike', async () => {
  const text = await works[0]!.read();
  const [alice, queen] = [await draw('Alice', [text], 'en'), await draw('Queen', [text], 'en')];
  for (const field of ['personality', 'speech_style', 'background_story'] as const)
    expect(alice[field].replaceAll('Alice', '')).not.toBe(queen[field].replaceAll('Queen', ''));
});

test('whoever tells a stretch is its first person', async () => {
  const en = await look(
    'I went down to the sea. I was cold. I saw Mira there. I thought of home. I ran. I said nothing.',
    'en',
  );
  expect(en.candidates[0]).toMatchObject({ name: 'I', importance: 'protagonist' });
  const ko = await look(
    '나는 바다로 내려갔다. 내가 추웠다. 나는 집을 생각했다. 나는 달렸다. 나는 말하지 않았다.',
    'ko',
  );
  expect(ko.candidates[0]?.name).toBe('나');
});

test('any text has an answer of the schema, soon', async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 2_000 }),
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc
      .array(fc.constantFrom('Mira ', 'said ', '. ', '“', '”', '민수는 ', '말했다. ', "'", '\n\n', 'of ', 'A', '(['), {
        maxLength: 400,
      })
      .map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom('en' as const, 'ko' as const),
      fc.string({ maxLength: 30 }),
      async (given, language, name) => {
        const { candidates } = await look(given, language, [name]);
        expect(candidates.length).toBeLessThanOrEqual(5);
        for (const one of candidates) expect(one.description?.length ?? 0).toBeLessThanOrEqual(80);
        await draw(name || 'x', [given], language);
      },
    ),
    { numRuns: 150 },
  );
});

test('texts made to be slow are not: no pattern runs away', () => {
  const nasty = [
    '"'.repeat(6_000),
    "'a".repeat(3_000),
    'Aa '.repeat(2_000),
    'Aa-'.repeat(2_000),
    '민수'.repeat(3_000),
    '. '.repeat(3_000),
    ' '.repeat(6_000),
    'A'.repeat(6_000),
  ];
  return Promise.all(
    nasty.flatMap((text) =>
      (['en', 'ko'] as const).map(async (language) => {
        const startedAt = performance.now();
        await look(text, language);
        await draw('Mira', [text], language);
        expect(performance.now() - startedAt, text.slice(0, 10)).toBeLessThan(1_500);
      }),
    ),
  );
});
