import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readSettingsPatch } from '../../../src/modules/turns/engine/settings.ts';

describe('the settings patch', () => {
  test('keeps valid values of the five keys and nothing else', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'temperature',
        'next_event_len',
        'postprocess_mode',
        'response_length_pref',
        'prewarm_on_start',
        '__proto__',
        'constructor',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.anything()), (patch) => {
        const kept = readSettingsPatch(patch);
        for (const [name, value] of Object.entries(kept)) {
          if (name === 'temperature') expect(value as number).toBeWithin(0, 1.000_001);
          else if (name === 'next_event_len') expect([1, 2]).toContain(value as number);
          else if (name === 'prewarm_on_start') expect(typeof value).toBe('boolean');
          else if (name === 'postprocess_mode') expect(['always', 'first2', 'off']).toContain(value as string);
          else
            expect(name === 'response_length_pref' && ['short', 'medium', 'long'].includes(value as string)).toBe(true);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  test.each([
    [{ temperature: 7 }, { temperature: 1 }],
    [{ temperature: -1 }, { temperature: 0 }],
    [{ temperature: '0.44' }, { temperature: 0.4 }],
    [{ temperature: true, next_event_len: 9 }, { next_event_len: 2 }],
    [{ next_event_len: 0 }, { next_event_len: 1 }],
    [{ postprocess_mode: 'ALWAYS', response_length_pref: 'huge' }, { postprocess_mode: 'always' }],
    [{ prewarm_on_start: 'true', schema_version: 3, foo: {} }, {}],
    [null, {}],
    [['temperature'], {}],
  ])('%j becomes %j', (patch, kept) => {
    expect(readSettingsPatch(patch) as object).toEqual(kept);
  });
});
