import { describe, expect, test } from 'bun:test';
import { asBuilt, type Protocol } from './points-model/scripts.ts';
import { search } from './points-model/search.ts';
import type { Setting } from './points-model/steps.ts';

// Every interleaving of the points protocol in small worlds: scripts, statements, crashes, lost data, outages. The model
// is in points-model/; its steps are named after the scripts in src/redis/lua and the functions of the migration.

const none = { expiries: 0, crashes: 0, losses: 0, cuts: 0, restarts: 0, outages: 0 };
const plain: Setting = { ...none, uses: [0, 1], credit: true, expiries: 1 };
const flushed: Setting = { ...none, uses: [0, 1], credit: true, losses: 1 };
const settings: Record<string, Setting> = {
  'two uses, a credit, an expiry': plain,
  'three uses, a crash': { ...none, uses: [0, 1, 2], credit: false, crashes: 1 },
  'three uses and a credit': { ...none, uses: [0, 1, 2], credit: true },
  'two uses, a credit, a crash, an expiry': { ...plain, uses: [0, 2], crashes: 1 },
  'Postgres away': { ...plain, outages: 1 },
  'Redis flushed': flushed,
  'Redis flushed, a crash': { ...flushed, credit: false, crashes: 1, expiries: 1 },
  'Redis flushed while Postgres is away, a crash': { ...flushed, credit: false, crashes: 1, outages: 1 },
  'Redis flushed twice, two crashes': { ...none, uses: [0], credit: true, crashes: 2, losses: 2, expiries: 1 },
  'the journal cut back, a crash': { ...none, uses: [0, 1], credit: false, crashes: 1, cuts: 1 },
  'the journal cut back, a credit': { ...none, uses: [0], credit: true, crashes: 1, cuts: 1 },
  'Redis started anew': { ...none, uses: [0, 1], credit: true, restarts: 1 },
};

let visited = 0;

describe('the points protocol', () => {
  test.each(Object.entries(settings))(
    'keeps its promises: %s',
    (_, setting) => {
      const { states, quiet, found } = search(setting, asBuilt);
      visited += states;
      expect(found).toEqual([]);
      expect(quiet).toBeGreaterThan(0);
    },
    60_000,
  );

  test('was looked at in more than 400,000 states', () => {
    console.log(`points model: ${visited} states`);
    expect(visited).toBeGreaterThan(400_000);
  });
});

describe('left out, is missed:', () => {
  const cases: [keyof Protocol, Setting][] = [
    ['fence', plain],
    ['loadVersion', plain],
    ['epoch', flushed],
    ['window', flushed],
    ['recordedRefusal', flushed],
  ];
  test.each(cases)(
    '%s',
    (part, setting) => {
      const { found } = search(setting, { ...asBuilt, [part]: false }, { stopAt: 1 });
      expect(found).toHaveLength(1);
    },
    60_000,
  );
});
