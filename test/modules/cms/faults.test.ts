import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { isAllowedAddress } from '../../../src/modules/cms/addresses.ts';
import { bannersSchema, readBanners } from '../../../src/modules/cms/banners.ts';
import { upcast } from '../../../src/modules/cms/documents.ts';
import { readInstant } from '../../../src/modules/cms/instants.ts';
import type { Judge } from '../../../src/modules/cms/judge.ts';
import { plainText } from '../../../src/modules/cms/plain-text.ts';
import { popupsSchema, readPopups, readSinglePopup } from '../../../src/modules/cms/popups.ts';
import { readSlots } from '../../../src/modules/cms/slots.ts';
import { readTagDisplay, tagDisplaySchema } from '../../../src/modules/cms/tag-display.ts';

const judge = (): Judge => ({ faults: [], ownOrigins: ['http://localhost:8000'] });
const old = <D>(read: (given: unknown, judge: Judge) => D, value: unknown) => read(upcast(value, 0), judge());
const faultsOf = (read: (given: unknown, judge: Judge) => unknown, value: unknown) => {
  const strict = judge();
  read(value, strict);
  return strict.faults.map(({ pointer }) => pointer);
};
const banner = { id: 'b1', title: 'Spring' };
const uuid = '0b9d3c44-5f55-4f0e-9f6e-1d1f2d3c4b5a';
const many = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));
const uuids = (length: number) => many(length, () => crypto.randomUUID());

describe('what is wrong is named when it is written, and mended when it is read', () => {
  test.each<[string, object, string[], object]>([
    ['a script for a link', { linkUrl: 'javascript:alert(1)' }, ['/0/linkUrl'], { linkUrl: '' }],
    ['data for a picture', { imageUrl: 'data:image/png;base64,x' }, ['/0/imageUrl'], { imageUrl: '' }],
    ['another host in disguise', { linkUrl: '//evil.example' }, ['/0/linkUrl'], { linkUrl: '' }],
    ['http', { imageUrl: 'http://cdn.example/a.png' }, ['/0/imageUrl'], { imageUrl: 'https://cdn.example/a.png' }],
    ['a long title', { title: 'x'.repeat(201) }, ['/0/title'], { title: 'x'.repeat(200) }],
    ['a title that is a list', { title: [] }, ['/0/title'], { title: '배너' }],
    ['a switch that is none', { enabled: 'perhaps' }, ['/0/enabled'], { enabled: true }],
    ['a time that is none', { startAt: 'soon' }, ['/0/startAt'], { startAt: null, enabled: false }],
    [
      'an end before the start',
      { startAt: '2026-03-02T00:00:00Z', endAt: '2026-03-01T00:00:00Z' },
      ['/0/endAt'],
      { startAt: null, endAt: null, enabled: false },
    ],
    ['a start that is the end', { startAt: '2026-03-02', endAt: '2026-03-02T00:00' }, ['/0/endAt'], { enabled: false }],
  ])('%s', (_, part, places, mended) => {
    expect(faultsOf(readBanners, [{ ...banner, ...part }])).toEqual(places);
    expect(old(readBanners, [{ ...banner, ...part }, banner])).toMatchObject([mended, {}]);
  });

  test('only the bad items go', () => {
    const mixed = [banner, 7, null, [], { ...banner, id: 'b2' }];
    expect(old(readBanners, mixed).map(({ id }) => id)).toEqual(['b1', 'b2']);
    expect(faultsOf(readBanners, mixed)).toEqual(['/1', '/2', '/3']);
    const slots = [{ id: 's', contentPicks: [7, { type: 'song', id: uuid }, { type: 'story', item: { id: uuid } }] }];
    expect(old(readSlots, slots)[0]?.contentPicks).toEqual([{ type: 'story', id: uuid }]);
    expect(faultsOf(readSlots, slots)).toEqual(['/0/contentPicks/0', '/0/contentPicks/1']);
  });

  test.each<[string, (given: unknown, judge: Judge) => unknown, unknown]>([
    ['51 banners', readBanners, many(51, () => banner)],
    ['101 slots with those of the system', readSlots, many(96, (i) => ({ id: `s${i}` }))],
    ['41 picks', readSlots, [{ id: 's', contentPicks: uuids(41) }]],
    ['51 pop-ups', readPopups, { items: many(51, () => ({ title: 'x' })) }],
    ['501 slugs', readTagDisplay, { prioritySlugs: many(501, (i) => `s${i}`) }],
    ['501 hidden slugs', readTagDisplay, { hiddenSlugs: many(501, (i) => `s${i}`) }],
    ['11 at once', readPopups, { maxDisplayCount: 11 }],
    ['dismissed for 366 days', readPopups, { items: [{ dismissDays: 366 }] }],
    ['no list', readBanners, 7],
    ['an object that is no banner', readBanners, { colour: 'red' }],
    ['nothing', readSlots, null],
    ['a number for tags', readTagDisplay, 7],
    ['a list for the one pop-up', readSinglePopup, []],
  ])('refused: %s', (_, read, value) => expect(faultsOf(read, value)).toHaveLength(1));

  test('limits that just fit', () => {
    for (const [read, value] of [
      [readBanners, many(50, () => banner)],
      [readSlots, many(95, (i) => ({ id: `s${i}` }))],
      [readSlots, [{ id: 's', contentPicks: uuids(40) }]],
      [readPopups, { maxDisplayCount: 0, items: many(50, () => ({ dismissDays: 365 })) }],
      [readTagDisplay, { prioritySlugs: many(500, (i) => `s${i}`) }],
    ] as const)
      expect(faultsOf(read, value)).toEqual([]);
    const cut = old(
      readSlots,
      many(300, (i) => ({ id: `s${i}` })),
    );
    expect(cut).toHaveLength(100);
    expect(cut.filter(({ slotType }) => slotType === 'system')).toHaveLength(5);
  });
});

describe('times', () => {
  test.each([
    ['2026-03-01T10:00:00.123Z', '2026-03-01T10:00:00.123Z'],
    ['2026-03-01T10:00:00+09:00', '2026-03-01T01:00:00.000Z'],
    ['2026-03-01T10:00', '2026-03-01T01:00:00.000Z'],
    ['2026-03-01 10:00:30', '2026-03-01T01:00:30.000Z'],
    ['2026-03-01', '2026-02-28T15:00:00.000Z'],
    ['2028-02-29', '2028-02-28T15:00:00.000Z'],
    ['2026-02-30', undefined],
    ['2026-13-01', undefined],
    ['2026-03-01T25:00', undefined],
    ['March 1', undefined],
    ['', undefined],
    [5, undefined],
  ])('%p is %p', (given, expected) => expect(readInstant(given, 'start')).toBe(expected as string));
  test('a day ends at its end', () => expect(readInstant('2026-03-01', 'end')).toBe('2026-03-01T14:59:59.999Z'));
});

describe('addresses', () => {
  const own = ['http://localhost:8000'];
  test.each([
    ...['', '/', '/notices', '/static/abc.png?x=1#y', 'https://a.example/b?c=d', 'http://localhost:8000/static/a.png'],
    ...['https://한국.example/가'],
  ])('%p may be shown', (given) => expect(isAllowedAddress(given, own)).toBe(true));
  test.each([
    ...['javascript:alert(1)', 'JaVaScRiPt:x', ' javascript:x', 'java\tscript:x', 'data:text/html,x', 'vbscript:x'],
    ...['//evil.example', '/\\evil.example', '\\\\evil', 'http://a.example', 'http://localhost:8001/x', 'ftp://a'],
    ...['https://', 'https://user:pw@a.example', 'notices', 'https:evil', '/a b', '/a\n', '/"onload=x', 'blob:x'],
  ])('%p may not', (given) => expect(isAllowedAddress(given, own)).toBe(false));
});

describe('laws', () => {
  const names = [
    ...['id', 'title', 'imageUrl', 'image_url', 'linkUrl', 'enabled', 'displayOn', 'startAt', 'endAt', 'createdAt'],
    ...['contentPicks', 'slotType', 'contentSortMode', 'dismissDays', 'items', 'message', 'prioritySlugs'],
  ];
  const words = [
    '2026-01-01',
    '2027-01-01T00:00',
    'javascript:x',
    '/a',
    'http://x.example/y',
    '<b>',
    'slot_top_stories',
  ];
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...words));
  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.array(fc.dictionary(fc.constantFrom(...names), value), { maxLength: 8 }),
  );
  const cases: [string, (given: unknown, judge: Judge) => unknown, TSchema | undefined][] = [
    ['banners', readBanners, bannersSchema],
    ['slots', readSlots, undefined],
    ['pop-ups', readPopups, popupsSchema],
    ['tags', readTagDisplay, tagDisplaySchema],
  ];
  test.each(cases)(
    '%s: anything becomes a document that could have been written, and stays as it is',
    (_, read, schema) => {
      const compiled = schema && Compile(schema);
      fc.assert(
        fc.property(json, (given) => {
          const doc = read(upcast(given, 0), judge());
          if (compiled) expect(compiled.Check(doc)).toBe(true);
          expect(faultsOf(read, doc)).toEqual([]);
          expect(read(JSON.parse(JSON.stringify(doc)), judge())).toEqual(doc);
        }),
        { numRuns: 300 },
      );
    },
  );
  test('no text keeps markup', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('<', '>', 'b', '/', 'script', ' ', '!', '가')), (parts) => {
        expect(plainText(parts.join(''))).not.toMatch(/<\/?[a-z!?][^<>]*>/i);
      }),
    );
  });
});
