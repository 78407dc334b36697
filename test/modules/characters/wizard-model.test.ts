import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { AppError } from '../../../src/lib/errors.ts';
import * as drafts from '../../../src/modules/characters/wizard/drafts.ts';
import { draftProfile } from '../../../src/modules/characters/wizard/profile.ts';
import { wizardBody as base, hang, long, scene, scriptedCharacterModel } from '../../harness/quick-create.ts';
import { createWorld, type World } from '../../harness/world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const OPENING = { opening_intro: '비가 온다.', opening_first_line: '“왔어?”' };
const ENDING = { ending_title: '마지막 등불', base_condition: '끝까지 남았을 때.' };
const writers: Record<string, (ctx: World['ctx'], by: drafts.Draft) => Promise<unknown>> = {
  concept: (ctx, by) => drafts.draftConcept(ctx, base(), by),
  prompt: (ctx, by) => drafts.draftPrompt(ctx, base(), by),
  stat: (ctx, by) => drafts.draftStats(ctx, base(), by),
  first_start: (ctx, by) => drafts.draftFirstStart(ctx, base(), by),
  detail: (ctx, by) => drafts.draftDetail(ctx, base(), by),
  secret: (ctx, by) => drafts.draftSecret(ctx, base(), by),
  turn_events: (ctx, by) => drafts.draftEvents(ctx, { ...base(), ...OPENING }, by),
  ending_draft: (ctx, by) => drafts.draftEnding(ctx, base(), by),
  ending_epilogue: (ctx, by) => drafts.draftEpilogue(ctx, { ...base(), ...ENDING }, by),
};
const by = (limitMs = 2_000) => ({ language: 'ko' as const, signal: new AbortController().signal, limitMs });
const withAll = (answer: unknown) => {
  const tasks = [
    'prompt',
    'concept',
    'secret',
    'epilogue',
    'opening',
    'stats',
    'ending',
    'events',
    'details',
    'profile',
  ];
  return scriptedCharacterModel(world.ctx.llm, Object.fromEntries(tasks.map((task) => [`wizard.${task}`, answer])));
};

describe('a model that fails', () => {
  test.each(Object.keys(writers))('%s says so, by the word that the wizard knows', async (step) => {
    for (const [answer, status, detail, limitMs] of [
      [new Error('down'), 503, `quick_generate_${step}_failed`, 2_000],
      ['', 503, `quick_generate_${step}_failed`, 2_000],
      [() => hang(), 504, `quick_generate_${step}_failed: timeout`, 100],
    ] as const) {
      const ctx = { ...world.ctx, llm: withAll(answer).llm };
      const error = await (writers[step] as (typeof writers)[string])(ctx, by(limitMs)).catch(
        (thrown: AppError) => thrown,
      );
      expect([(error as AppError).status, (error as AppError).text('ko')]).toEqual([status, detail]);
    }
  });

  test('is not seen in the numbers of a prompt, nor in a profile', async () => {
    const { llm } = scriptedCharacterModel(world.ctx.llm, {
      'wizard.stats': new Error('down'),
      'wizard.profile': () => hang(),
    });
    const ctx = { ...world.ctx, llm };
    expect((await drafts.draftPrompt(ctx, base(), by())).stats.length).toBeGreaterThan(0);
    const { basic_info } = await draftProfile(ctx, { seed_text: '등대지기' }, by(100));
    expect(basic_info.description.length).toBeGreaterThan(20);
  });

  test('the same opening again is asked for once more, and then it stands', async () => {
    const same = { intro: scene, first_line: '“안녕.”' };
    const { llm, calls } = withAll(same);
    const input = { ...base(), avoid_intro: scene, avoid_first_line: '“안녕.”' };
    const answer = await drafts.draftFirstStart({ ...world.ctx, llm }, input, by());
    expect(answer).toEqual({ intro: scene.trim(), first_line: '“안녕.”' });
    expect(calls['wizard.opening']).toHaveLength(2);
  });

  test('an answer ten times too long is cut', async () => {
    const { llm } = withAll(long(scene, 20_000));
    const ctx = { ...world.ctx, llm };
    expect((await drafts.draftConcept(ctx, base(), by())).concept.length).toBeLessThanOrEqual(1_500);
    expect((await drafts.draftSecret(ctx, base(), by())).secret.length).toBeLessThanOrEqual(600);
    expect((await drafts.draftEpilogue(ctx, { ...base(), ...ENDING }, by())).epilogue.length).toBeLessThanOrEqual(
      1_000,
    );
  });
});
