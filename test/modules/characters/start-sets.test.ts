import { describe, expect, test } from 'bun:test';
import { normaliseStartSets } from '../../../src/modules/characters/start-sets/normalise.ts';
import {
  endingTurn,
  maxTurnsOf,
  mirrorOpening,
  openingOf,
  selectedOpening,
  viewerStartSets,
} from '../../../src/modules/characters/start-sets/read.ts';
import type { Excess } from '../../../src/modules/characters/start-sets/values.ts';

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
