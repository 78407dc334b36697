import { describe, expect, test } from 'bun:test';
import { Type } from 'typebox';
import type { ObjectCall, TextCall } from '../../src/llm/tasks.ts';
import { ask, neverAborted, offlineLlm, wish } from './offline-story.ts';

const chapter = {
  ...wish,
  concept: '',
  world: '',
  characters: '',
  keywords: ['clock'],
  chapterNo: 1,
  chapterTargetChars: 2_000,
  previousTail: '',
};
const call: TextCall = { task: 'story.body', language: 'en', messages: [], facts: chapter };

describe('the offline provider', () => {
  test('reads the facts and never the messages', async () => {
    const llm = offlineLlm();
    const pieces = llm.streamText({ ...call, messages: [{ role: 'user', content: 'a dragon' }] }, neverAborted());
    const text = (await Array.fromAsync(pieces)).join('');
    expect(text).toBe(await ask(call));
    expect(text).not.toContain('dragon');
  });

  test('comes in words, which joined are the text', async () => {
    const pieces = await Array.fromAsync(offlineLlm().streamText(call, neverAborted()));
    expect(pieces.length).toBeGreaterThan(200);
    for (const piece of pieces) expect(piece).toMatch(/^\S+\s*$/);
  });

  test('types as fast as it is told', async () => {
    const short = { ...call, facts: { ...chapter, chapterTargetChars: 100 } };
    const begin = performance.now();
    const text = (await Array.fromAsync(offlineLlm(1_000).streamText(short, neverAborted()))).join('');
    const seconds = (performance.now() - begin) / 1_000;
    expect(seconds).toBeGreaterThan(text.length / 1_000 - 0.03);
  });

  test.each([[1], [0]])('stops at once when it is aborted, at %i characters a second', async (charsPerSecond) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 0);
    const read = async () => {
      for await (const _ of offlineLlm(charsPerSecond).streamText(call, stop.signal)) {
        // A reader that takes all it gets.
      }
    };
    const begin = performance.now();
    expect(await read().catch((error) => error)).toBe(stop.signal.reason);
    expect(performance.now() - begin).toBeLessThan(500);
  });

  test('does not begin when it is aborted already', async () => {
    const gone = AbortSignal.abort(new Error('gone'));
    expect(await Array.fromAsync(offlineLlm().streamText(call, gone)).catch((error) => error)).toBe(gone.reason);
  });

  test('takes up what the chapter before spoke of last', async () => {
    const second = { ...chapter, chapterNo: 2, keywords: ['clock', 'ferry'] };
    const tail = (previousTail: string) =>
      ask({ ...call, task: 'story.body', language: 'en', facts: { ...second, previousTail } });
    const [clock = '', ferry = ''] = [await tail('There stood the clock.'), await tail('They heard the ferry.')];
    expect(clock.slice(0, clock.indexOf('.'))).toContain('clock');
    expect(ferry.slice(0, ferry.indexOf('.'))).toContain('ferry');
  });

  test('takes the persons from the plan', async () => {
    const characters = 'Wilhelmina — a pilot.\nBartholomew — a friend.\nOttoline — a rival.';
    const text = await ask({ ...call, task: 'story.body', language: 'en', facts: { ...chapter, characters } });
    expect(text).toContain('Wilhelmina');
    expect(text).toContain('Bartholomew');
  });

  test('an object that does not fit the caller’s schema is an error, not a wrong object', async () => {
    const title: ObjectCall = {
      task: 'story.title',
      language: 'en',
      messages: [],
      facts: { ...wish, concept: '', opening: '' },
    };
    const produced = offlineLlm().produce(title, Type.Object({ name: Type.String() }), neverAborted());
    expect(await produced.catch((error) => error)).toMatchObject({ code: 'llm.bad_output' });
  });

  test('writes thirty thousand characters in no time', async () => {
    const facts = { ...chapter, targetChars: 30_000, chapters: 5, chapterNo: 5, chapterTargetChars: 6_000 };
    const begin = performance.now();
    await ask({ ...call, task: 'story.body', language: 'ko', facts });
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});
