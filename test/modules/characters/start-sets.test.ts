import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { normaliseStartSets } from '../../../src/modules/characters/start-sets/normalise.ts';
import {
  endingTurn,
  maxTurnsOf,
  mirrorOpening,
  openingOf,
  selectedOpening,
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
        const text = JSON.stringify(sets);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
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

describe('the shape', () => {
  test('legacy spellings become the ones of today', () => {
    const sets = normaliseStartSets({
      selected_id: 'b',
      start_sets: [
        { id: 'a', introduction: 'once', first_line: 'hi' },
        {
          id: 'b',
          content: 'upon',
          greeting: 'a time',
          turnEvents: [{ title: 'storm', about_turn: '7' }],
          endingSettings: {
            minTurns: '12',
            endings: [{ title: 'end', extra_conditions: [{ text: 'bye' }, { stat_id: 's', op: 'gt', value: 5 }] }],
          },
          statSettings: { stats: [{ stat_id: 's', label: 'Trust', min_value: '100', max_value: 0, base_value: 400 }] },
        },
      ],
      simOptions: { maxTurns: '9000', sim_dating_elements: 'true' },
      settingBook: [{ info: 'the well is dry', keywords: 'well, dry ,well', targets: [] }],
    });
    expect(sets?.selectedId).toBe('b');
    expect(sets?.items[0]).toMatchObject({
      id: 'a',
      intro: 'once',
      firstLine: 'hi',
      turn_events: [],
      ending_settings: { min_turns: 30, endings: [] },
    });
    expect(sets?.items[1]).toMatchObject({
      intro: 'upon',
      firstLine: 'a time',
      turn_events: [{ id: 'ev_1', title: 'storm', about_turn: 7 }],
      ending_settings: {
        min_turns: 12,
        endings: [
          {
            id: 'ending_1',
            turn: '',
            extra_conditions: [
              { id: 'cond_1', type: 'text', text: 'bye' },
              { id: 'cond_2', type: 'stat', stat_id: 's', op: 'gt', value: '5' },
            ],
          },
        ],
      },
      stat_settings: {
        stats: [{ id: 's', name: 'Trust', label: 'Trust', min_value: 0, max_value: 100, base_value: 100 }],
      },
    });
    expect(sets?.sim_options).toEqual({ max_turns: 5_000, allow_infinite_mode: false, sim_dating_elements: true });
    expect(sets?.setting_book).toEqual({
      selectedId: 'memo_1',
      items: [
        {
          id: 'memo_1',
          detail: 'the well is dry',
          info: 'the well is dry',
          triggers: ['well', 'dry'],
          keywords: ['well', 'dry'],
          targets: ['all'],
        },
      ],
    });
    expect(JSON.stringify(sets)).not.toMatch(/introduction|first_line|minTurns|simOptions|selected_id/);
  });

  test('unknown keys stay, on every level; sections that were not there stay away', () => {
    const given = {
      selectedId: 'x',
      items: [{ id: 'x', mood: { tone: ['dark'] }, turn_events: [{ id: 'e', colour: 'red' }] }],
      theme: 1,
      _backfill_status: 'pending',
    };
    expect(normaliseStartSets(given)).toMatchObject({
      theme: 1,
      items: [{ mood: { tone: ['dark'] }, turn_events: [{ colour: 'red' }] }],
    });
    expect(Object.keys(normaliseStartSets({}) ?? {})).toEqual(['selectedId', 'items']);
    expect(JSON.stringify(normaliseStartSets(given))).not.toContain('_backfill');
  });

  test.each([[null], [undefined], [3], [true], ['hello'], ['"again"'], ['{broken']])('%p is no document', (given) =>
    expect(normaliseStartSets(given)).toBeNull(),
  );

  test('a writer learns what was too long, and where', () => {
    const excesses: Excess[] = [];
    normaliseStartSets(
      { items: [{ intro: 'x'.repeat(2_001), turn_events: [{ title: 'y'.repeat(31) }] }], huge: 'z'.repeat(70_000) },
      excesses,
    );
    expect(excesses).toEqual([
      { pointer: '/items/0/intro', max: 2_000, unit: 'characters' },
      { pointer: '/items/0/turn_events/0/title', max: 30, unit: 'characters' },
      { pointer: '', max: 65_536, unit: 'bytes' },
    ]);
  });

  test('a cut never halves a character', () => {
    const sets = normaliseStartSets({ items: [{ firstLine: `${'a'.repeat(499)}😀` }] });
    expect(sets?.items[0]?.firstLine).toBe('a'.repeat(499));
  });
});

describe('readers', () => {
  test.each([
    [{ sim_options: { max_turns: 200 } }, 200],
    [JSON.stringify(JSON.stringify({ sim_options: { maxTurns: '150' } })), 150],
    [{ basic_info: { start_sets: { max_turns: 99_999 } } }, 5_000],
    [{ start_sets: { items: [] }, sim_options: { max_turns: 80 } }, 80],
    [{ sim_options: { max_turns: true }, maxTurns: 70 }, 70],
    [{ sim_options: { max_turns: 0 } }, null],
    [{ max_turns: -5 }, null],
    [null, null],
  ])('max_turns of %j is %p', (given, expected) => expect(maxTurnsOf(given)).toBe(expected));

  const sets = normaliseStartSets({
    selectedId: 'two',
    items: [
      { id: 'one', intro: 'i1', firstLine: 'f1' },
      {
        id: 'two',
        title: 'Second',
        intro: 'i2',
        firstLine: 'f2',
        secret: 'hush',
        ending_settings: {
          min_turns: 40,
          endings: [
            { turn: 0, title: 'A' },
            { turn: 33, title: 'B' },
          ],
        },
        turn_events: [{ title: 'spoiler' }],
      },
    ],
    sim_options: { max_turns: 100, unknown: 'mine' },
    setting_book: { items: [{ detail: 'the secret door' }] },
    profile_concept: { enabled: true, text: 'concept' },
  });
  if (!sets) throw new Error('no document');

  test('the selected opening is mirrored; the submitted secret comes first', () => {
    const none = { greeting: null, introductionScenes: [] };
    expect(mirrorOpening(sets, none)).toEqual({
      greeting: 'f2',
      introductionScenes: [{ title: 'Second', content: 'i2', secret: 'hush' }],
    });
    const own = { greeting: 'own', introductionScenes: [{ title: 't', content: 'c', secret: 'mine' }] };
    expect(mirrorOpening(sets, own).introductionScenes[0]?.secret).toBe('mine');
    expect(mirrorOpening(normaliseStartSets({ items: [{ id: 'blank' }] }), own)).toEqual(own);
    expect(mirrorOpening(null, own)).toEqual(own);
    expect(selectedOpening(null)).toBeUndefined();
  });

  test('viewers see openings and the limit of turns, and no secret', () => {
    expect(viewerStartSets(sets)).toEqual({
      selectedId: 'two',
      items: [
        { id: 'one', title: '', intro: 'i1', firstLine: 'f1' },
        { id: 'two', title: 'Second', intro: 'i2', firstLine: 'f2' },
      ],
      sim_options: { max_turns: 100, allow_infinite_mode: false, sim_dating_elements: false },
    });
    expect(viewerStartSets(null)).toBeNull();
  });

  test('an ending without a turn comes at nine tenths', () => {
    const opening = openingOf(sets, 'two');
    const [first, second] = opening?.ending_settings.endings ?? [];
    if (!opening || !first || !second) throw new Error('no ending');
    expect(endingTurn(sets, opening, first)).toBe(90);
    expect(endingTurn(sets, opening, second)).toBe(33);
    expect(endingTurn({ ...sets, sim_options: undefined }, opening, first)).toBeUndefined();
  });
});
