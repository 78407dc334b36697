import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { normaliseStartSets } from '../../../src/modules/characters/start-sets/normalise.ts';
import {
  endingTurn,
  maxTurnsOf,
  mirrorOpening,
  openingOf,
  viewerStartSets,
} from '../../../src/modules/characters/start-sets/read.ts';
import { limits, StartSetsSchema } from '../../../src/modules/characters/start-sets/schema.ts';
import type { Excess } from '../../../src/modules/characters/start-sets/values.ts';

const schema = Compile(StartSetsSchema);
const KEYS = [
  ...[
    'items',
    'start_sets',
    'basic_info',
    'selectedId',
    'selected_id',
    'id',
    'title',
    'intro',
    'introduction',
    'firstLine',
    'first_line',
  ],
  ...[
    'greeting',
    'secret',
    'turn_events',
    'about_turn',
    'ending_settings',
    'minTurns',
    'min_turns',
    'endings',
    'turn',
    'extra_conditions',
  ],
  ...[
    'type',
    'stat_id',
    'op',
    'value',
    'text',
    'stat_settings',
    'stats',
    'name',
    'label',
    'min_value',
    'max_value',
    'base_value',
  ],
  ...[
    'sim_options',
    'simOptions',
    'max_turns',
    'maxTurns',
    'mode',
    'setting_book',
    'detail',
    'info',
    'triggers',
    'keywords',
    'targets',
  ],
  ...['profile_concept', 'enabled', 'extra', '__proto__', 'constructor'],
];
/** JSON that often looks like the document: its keys, wrapped in strings here and there. */
const { near } = fc.letrec<{ near: unknown }>((tie) => ({
  near: fc.oneof(
    { maxDepth: 8, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(
        null,
        true,
        false,
        '',
        'all',
        'set_1',
        ' set_1 ',
        'stat',
        'text',
        '12',
        '-3',
        ' 7.5',
        'a, b,,c',
        '"x"',
        '[1',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.double(),
      fc.integer(),
    ),
    fc.array(tie('near'), { maxLength: 6 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('near'), { maxKeys: 12 }),
    tie('near').map((value) => JSON.stringify(value) ?? null),
  ),
}));
const anyJson = fc.oneof(near, fc.jsonValue({ maxDepth: 6 }));
const again = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('normaliseStartSets, for any JSON', () => {
  test('fits the schema, is JSON, has unique ids, and changes nothing the second time', () => {
    fc.assert(
      fc.property(anyJson, (given) => {
        const sets = normaliseStartSets(given);
        if (sets === null) return;
        expect(schema.Check(sets) || schema.Errors(sets)).toBe(true);
        // Storable: no text in it holds a NUL or half of a surrogate pair.
        const text = JSON.stringify(sets, (_, value) => {
          if (typeof value === 'string') expect(value.includes('\0') || !value.isWellFormed()).toBe(false);
          return value;
        });
        expect(again(sets)).toEqual(sets);
        expect(normaliseStartSets(sets)).toEqual(sets);
        expect(normaliseStartSets(text)).toEqual(sets);
        expect(normaliseStartSets({ basic_info: { start_sets: text } })).toEqual(sets);
        for (const list of [
          sets.items,
          ...sets.items.flatMap((item) => [item.turn_events, item.ending_settings.endings, item.stat_settings.stats]),
        ])
          expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
        expect(sets.items.length === 0 ? sets.selectedId : openingOf(sets, sets.selectedId)?.id).toBe(sets.selectedId);
      }),
      { numRuns: 2_000 },
    );
  });

  test('readers agree on the raw and the stored form', () => {
    fc.assert(
      fc.property(anyJson, (given) => {
        const sets = normaliseStartSets(given);
        expect(maxTurnsOf(given)).toBe(maxTurnsOf(sets));
        const viewed = viewerStartSets(sets);
        expect(viewerStartSets(normaliseStartSets(viewed))).toEqual(viewed);
        const submitted = { greeting: 'g', introductionScenes: [{ title: 't', content: 'c', secret: 's' }] };
        const once = mirrorOpening(sets, submitted);
        expect(mirrorOpening(sets, once)).toEqual(once);
        for (const opening of sets?.items ?? [])
          for (const ending of opening.ending_settings.endings) {
            const turn = sets && endingTurn(sets, opening, ending);
            expect(turn === undefined || (turn !== null && turn > 0 && turn <= limits.turns)).toBe(true);
          }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is bounded, whatever is thrown at it', () => {
    const long = '가'.repeat(30_000);
    const many = <T>(n: number, value: T) => Array.from({ length: n }, () => value);
    const event = {
      title: long,
      about_turn: 9e9,
      summary: long,
      required_narration: long,
      required_dialogue: long,
      more: long,
    };
    const ending = { title: long, epilogue: long, base_condition: long, extra_conditions: many(30, { text: long }) };
    const item = {
      intro: long,
      firstLine: long,
      turn_events: many(200, event),
      ending_settings: { endings: many(40, ending) },
      stat_settings: { stats: many(40, { name: long }) },
    };
    const excesses: Excess[] = [];
    const sets = normaliseStartSets(
      {
        items: many(60, item),
        setting_book: { items: many(90, { detail: long, triggers: many(9, long) }) },
        junk: long,
        x: { y: many(9_000, 'z') },
      },
      excesses,
    );
    const bytes = new TextEncoder().encode(JSON.stringify(sets)).byteLength;
    expect(bytes).toBeLessThan(524_288);
    expect(schema.Check(sets)).toBe(true);
    expect(excesses.length).toBeGreaterThan(10);
    expect(normaliseStartSets(sets)).toEqual(sets);
  });
});
