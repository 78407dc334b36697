import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { StoredSnapshot, StoredState } from '../../../src/db/tables/turns.ts';
import { normaliseStartSets } from '../../../src/modules/characters/start-sets/normalise.ts';
import { initialState, planTurn, settleTurn } from '../../../src/modules/turns/engine/plan.ts';
import { isTold, missingLines } from '../../../src/modules/turns/engine/required.ts';
import { readScript } from '../../../src/modules/turns/engine/script.ts';

const names = { user: 'Tom', character: 'Mina' };

function scriptOf(startSets: unknown, characterType: 'roleplay' | 'simulator' | 'custom' = 'roleplay') {
  const character = { characterType, startSets: normaliseStartSets(startSets) } as StoredSnapshot['character'];
  return readScript({ character }, null);
}

const word = fc.constantFrom('moon', 'boat', 'bell', 'rose', 'salt');
const event = fc.record({
  about_turn: fc.oneof(fc.integer({ min: 0, max: 14 }), fc.constant('')),
  summary: word,
  required_narration: fc.oneof(fc.constant(''), fc.constant('The bell rings.')),
  required_dialogue: fc.oneof(fc.constant(''), fc.constant('Listen, {{user}}!')),
});
const memo = fc.record({ detail: word, triggers: fc.uniqueArray(word, { maxLength: 2 }) });
const stat = fc.record({
  name: word,
  min_value: fc.oneof(fc.integer({ min: -50, max: 0 }), fc.constant('')),
  max_value: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant('')),
  base_value: fc.oneof(fc.integer({ min: -60, max: 80 }), fc.constant('')),
});
const ending = fc.record({
  turn: fc.oneof(fc.integer({ min: 0, max: 18 }), fc.constant('')),
  title: word,
  epilogue: word,
  extra_conditions: fc.array(
    fc.oneof(
      fc.record({ type: fc.constant('text'), text: fc.oneof(word, fc.constant('memo:memo_1')) }),
      fc.record({
        type: fc.constant('stat'),
        stat_id: fc.constant('stat_1'),
        op: fc.constantFrom('gt', 'lte', 'eq'),
        value: fc.constantFrom('0', '30', 'x'),
      }),
    ),
    { maxLength: 2 },
  ),
});
const startSets = fc.record({
  items: fc.tuple(
    fc.record({
      intro: word,
      turn_events: fc.array(event, { maxLength: 5 }),
      stat_settings: fc.record({ stats: fc.array(stat, { maxLength: 3 }) }),
      ending_settings: fc.record({
        min_turns: fc.integer({ min: 0, max: 15 }),
        endings: fc.array(ending, { maxLength: 3 }),
      }),
    }),
  ),
  setting_book: fc.record({ items: fc.array(memo, { maxLength: 8 }) }),
  sim_options: fc.record({ max_turns: fc.integer({ min: 1, max: 200 }) }),
});

const turn = fc.record({
  userText: fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
  reply: fc.array(word, { maxLength: 3 }).map((words) => `* ${words.join(' ')}`),
  stopped: fc.boolean(),
  blocks: fc.array(
    fc.oneof(
      fc.constant('nonsense'),
      fc
        .array(
          fc.record({
            stat_id: fc.constantFrom('stat_1', 'moon', 'boat', 'bell', '__proto__', 'none'),
            delta: fc.oneof(
              fc.integer({ min: -200, max: 200 }),
              fc.constant('7'),
              fc.constant(null),
              fc.constant(1e300),
            ),
            value: fc.oneof(fc.constant(undefined), fc.integer({ min: -999, max: 999 }), fc.constant('x')),
          }),
          { maxLength: 25 },
        )
        .map((stats) => JSON.stringify({ stats })),
    ),
    { maxLength: 2 },
  ),
});
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

function play(script: ReturnType<typeof scriptOf>, state: StoredState, turnNo: number, { userText, ...said }: Turn) {
  const plan = planTurn(script, state, { turnNo, userText, names });
  const reply = said.stopped || !plan.event ? said.reply : said.reply + missingLines(plan.event, said.reply);
  return { plan, reply, settled: settleTurn(script, state, plan, { ...said, reply, names, language: 'en' }) };
}

describe('the engine, over random scripts and random turns', () => {
  test('events once and in order, memos by their rules, stats in bounds, one ending, and a turn played again is the same', () => {
    fc.assert(
      fc.property(startSets, fc.array(turn, { minLength: 1, maxLength: 20 }), (sets, turns) => {
        const script = scriptOf(sets);
        let state = initialState(script);
        const told = new Set<string>();
        let endings = 0;
        turns.forEach((said, index) => {
          const turnNo = index + 1;
          const frozen = JSON.stringify(state);
          const { plan, reply, settled } = play(script, state, turnNo, said);
          expect(JSON.stringify(state)).toBe(frozen);
          expect(play(script, JSON.parse(frozen), turnNo, said).settled).toEqual(settled);
          // Events: due, not before, the earliest that waits, once.
          const waiting = script.events.filter(
            ({ id, about_turn }) => about_turn <= turnNo && !state.firedEvents.includes(id),
          );
          expect(plan.event?.id).toBe(waiting[0]?.id as string);
          const fired = settled.state.firedEvents.slice(state.firedEvents.length);
          expect(fired.length).toBeLessThanOrEqual(1);
          if (plan.event && !said.stopped) {
            expect(fired).toEqual([plan.event.id]);
            expect(isTold(plan.event, reply)).toBe(true);
          }
          expect(new Set(settled.state.firedEvents).size).toBe(settled.state.firedEvents.length);
          // Memos: at most three, none beside an event, none twice, none lost.
          if (plan.event) expect(plan.memos).toEqual([]);
          expect(plan.memos.length).toBeLessThanOrEqual(3);
          for (const { id } of plan.memos) {
            expect(told.has(id)).toBe(false);
            told.add(id);
          }
          const due = plan.calledMemos.filter((id) => !told.has(id));
          expect(due.every((id) => settled.state.waitingMemos.includes(id))).toBe(true);
          expect(new Set(settled.state.waitingMemos).size).toBe(settled.state.waitingMemos.length);
          // Stats.
          for (const { id, min, max } of script.stats) {
            const value = settled.state.stats[id] as number;
            expect(Number.isInteger(value)).toBe(true);
            expect(value).toBeGreaterThanOrEqual(min);
            expect(value).toBeLessThanOrEqual(max);
          }
          expect(Object.keys(settled.state.stats)).toEqual(script.stats.map(({ id }) => id));
          // Endings.
          if (settled.ending) {
            endings += 1;
            expect(state.ending).toBeNull();
            if (settled.ending.reason === 'turn_exact') expect(turnNo).toBeGreaterThanOrEqual(10);
          }
          expect(endings).toBeLessThanOrEqual(1);
          state = settled.state;
        });
      }),
      { numRuns: 1_500 },
    );
  }, 30_000);

  test('going on from a stored state is the same as having gone there', () => {
    fc.assert(
      fc.property(startSets, fc.array(turn, { minLength: 2, maxLength: 12 }), fc.nat(10), (sets, turns, cut) => {
        const script = scriptOf(sets);
        const states = [initialState(script)];
        turns.forEach((said, index) => {
          states.push(play(script, states[index]!, index + 1, said).settled.state);
        });
        const from = cut % turns.length;
        let state: StoredState = JSON.parse(JSON.stringify(states[from]));
        for (let index = from; index < turns.length; index += 1)
          state = play(script, state, index + 1, turns[index]!).settled.state;
        expect(state).toEqual(states.at(-1)!);
      }),
      { numRuns: 500 },
    );
  });

  test('every memo that was called for is told in time, also after turns with events', () => {
    const script = scriptOf({
      items: [
        {
          id: 'o',
          turn_events: [
            { about_turn: 1, required_narration: 'x' },
            { about_turn: 1, required_narration: 'y' },
          ],
        },
      ],
      setting_book: {
        items: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, detail: `about ${id}`, triggers: ['tell'] })),
      },
    });
    let state = initialState(script);
    const told = ['tell me', '', '', ''].map((userText, index) => {
      const { plan, settled } = play(script, state, index + 1, { userText, reply: 'r', stopped: false, blocks: [] });
      state = settled.state;
      return plan.memos.map(({ id }) => id);
    });
    expect(told).toEqual([[], [], ['a', 'b', 'c'], ['d', 'e']]);
  });

  test('an event whose lines a stopped reply does not tell comes again', () => {
    const script = scriptOf({
      items: [{ id: 'o', turn_events: [{ id: 'e', about_turn: 1, required_dialogue: 'Listen!' }] }],
    });
    const state = initialState(script);
    const stopped = play(script, state, 1, { userText: '', reply: 'So', stopped: true, blocks: [] }).settled.state;
    expect(stopped.firedEvents).toEqual([]);
    expect(play(script, stopped, 2, { userText: '', reply: 'So', stopped: false, blocks: [] }).reply).toBe(
      'So\n\n"Listen!"',
    );
  });

  test('custom characters keep their own numbers', () => {
    const script = scriptOf({ items: [{ stat_settings: { stats: [{ name: 'a', base_value: 3 }] } }] }, 'custom');
    expect(script.stats).toEqual([]);
    expect(planTurn(script, initialState(script), { turnNo: 1, userText: '', names }).pacing).toBeUndefined();
  });
});
