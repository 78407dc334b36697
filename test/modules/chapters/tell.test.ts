import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { fail } from '../../../src/lib/errors.ts';
import { languageOf } from '../../../src/lib/language.ts';
import type { openLlm } from '../../../src/llm/gateway.ts';
import { buildMessages } from '../../../src/modules/chapters/prompt/build.ts';
import { excerptOf, partsOf, tellChapter, tellStory } from '../../../src/modules/chapters/tell.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

type Llm = ReturnType<typeof openLlm>;
type Call = Parameters<Llm['streamText']>[0];
const fixture = (name: string) => Bun.file(new URL(`../../fixtures/${name}.txt`, import.meta.url)).text();

/** The world with a model that answers as the test says. */
function answering(answer: (call: Call) => string) {
  const calls: Call[] = [];
  const llm: Llm = {
    ...world.ctx.llm,
    async *streamText(call) {
      calls.push(call);
      yield answer(call);
    },
  };
  return { ctx: { ...world.ctx, llm }, calls };
}

test('the messages of both steps, in both languages', () => {
  const values = { text: 'Rain fell. {max} {before}', before: '', maxChars: 400 };
  const messages = (['summary', 'recap'] as const).flatMap((step) =>
    (['en', 'ko'] as const).map((language) => buildMessages(step, language, values)),
  );
  expect(messages).toMatchSnapshot();
});

test('parts of a long chapter are all of it, none too long, cut between paragraphs where there are any', () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.constantFrom('비', 'rain', ' ', '\n', '\n\n', '🌧️'), { maxLength: 200 })
        .map((words) => words.join('')),
      fc.integer({ min: 4, max: 50 }),
      (text, maxChars) => {
        const parts = partsOf(text, maxChars);
        expect(parts.join('')).toBe(text);
        for (const part of parts) {
          expect(part.length).toBeWithin(1, maxChars + 1);
          expect(part.isWellFormed()).toBe(true);
        }
      },
    ),
  );
  expect(partsOf('aaaa aaa\n\nbbb bbb', 12)).toEqual(['aaaa aaa', '\n\nbbb bbb']);
});

describe('with the offline composer', () => {
  test.each(['lucky-day.ko', 'alice-in-wonderland.en'])('%s is told in its own language and limits', async (name) => {
    const text = (await fixture(name)).slice(0, 9_000);
    const brief = await tellChapter(world.ctx, text);
    expect(brief.length).toBeWithin(200, 401);
    expect(languageOf(brief)).toBe(languageOf(text));
    const excerpt = excerptOf(text);
    expect(excerpt.length).toBeWithin(200, 601);
    expect(text.replace(/\s+/g, ' ')).toContain(excerpt);
    let told = '';
    for (let no = 1; no <= 12; no += 1) told = await tellStory(world.ctx, told, `${no}번째. ${brief}`.slice(0, 400));
    expect(told.length).toBeWithin(1_000, 2_001);
    expect(told).toContain('12번째.');
  });
});

describe('with a model', () => {
  test('a long chapter is read in parts, each told on top of the one before', async () => {
    const content = (await fixture('alice-in-wonderland.en')).slice(0, 50_000);
    const { ctx, calls } = answering(({ messages }) => `Told ${messages[0]?.content.length}.`);
    expect(await tellChapter(ctx, content)).toMatch(/^Told \d+\.$/);
    expect(calls).toHaveLength(7);
    expect(calls[1]?.messages[0]?.content).toContain('Told ');
    for (const { messages } of calls) expect(messages[0]?.content.length).toBeLessThan(10_000);
  });

  test('the story so far is asked of it only when it is full', async () => {
    const { ctx, calls } = answering(() => 'All of it, in short.');
    const brief = 'It rained. '.repeat(36).trim();
    let told = '';
    for (let no = 0; no < 5; no += 1) told = await tellStory(ctx, told, brief);
    expect([told.length, calls.length]).toEqual([1_979, 0]);
    expect(await tellStory(ctx, told, brief)).toBe('All of it, in short.');
    expect(calls).toHaveLength(1);
  });

  test.each([
    ['too much', () => 'It rained and rained. '.repeat(300)],
    ['nothing', () => ' \0 '],
    [
      'a refusal',
      () => {
        throw fail('llm.bad_output');
      },
    ],
  ])('that answers %s, the limits hold and something true is said', async (_, answer) => {
    const { ctx } = answering(answer);
    const content = 'The boat is late. Mina waits at the harbour. '.repeat(30);
    const brief = await tellChapter(ctx, content);
    expect(brief.length).toBeWithin(10, 401);
    const told = await tellStory(ctx, 'Mina came to the harbour. '.repeat(75), brief);
    expect(told.length).toBeWithin(10, 2_001);
  });

  test('that is away, nothing is made up', async () => {
    const { ctx } = answering(() => {
      throw fail('llm.unavailable');
    });
    expect(tellChapter(ctx, 'It rained.')).rejects.toMatchObject({ code: 'llm.unavailable' });
  });
});
