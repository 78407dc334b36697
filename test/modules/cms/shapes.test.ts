import { describe, expect, test } from 'bun:test';
import { readBanners, showBanners } from '../../../src/modules/cms/banners.ts';
import { upcast } from '../../../src/modules/cms/documents.ts';
import type { Judge } from '../../../src/modules/cms/judge.ts';
import { firstPopup, readPopups } from '../../../src/modules/cms/popups.ts';
import { readSlots } from '../../../src/modules/cms/slots.ts';
import { readTagDisplay } from '../../../src/modules/cms/tag-display.ts';

const judge = (): Judge => ({ faults: [], ownOrigins: ['http://localhost:8000'] });
const old = <D>(read: (given: unknown, judge: Judge) => D, value: unknown) => read(upcast(value, 0), judge());
const uuid = '0b9d3c44-5f55-4f0e-9f6e-1d1f2d3c4b5a';
const other = '1b9d3c44-5f55-4f0e-9f6e-1d1f2d3c4b5b';
const one = [{ type: 'character', id: uuid }];

describe('a fresh installation', () => {
  test('has the banner and the slots that the front end has built in', () => {
    expect(showBanners(readBanners(undefined, judge()))).toEqual([
      {
        ...{ id: 'banner_notice', title: '공지사항', imageUrl: '', mobileImageUrl: '', linkUrl: '/notices' },
        ...{ openInNewTab: false, enabled: true, displayOn: 'all' },
        ...{ startAt: null, endAt: null, createdAt: null, updatedAt: null },
      },
    ]);
    const slots = readSlots(undefined, judge());
    expect(slots.map(({ id }) => id)).toEqual([
      'slot_top_origchat',
      'slot_trending_characters',
      'slot_top_stories',
      'slot_recommended_characters',
      'slot_daily_tag_characters',
    ]);
    for (const { id: _id, title, ...rest } of slots) {
      expect(title).not.toBe('');
      expect(rest).toEqual({
        ...{ enabled: true, slotType: 'system', contentPicks: [], contentSortMode: 'metric' },
        ...{ startAt: null, endAt: null, createdAt: null, updatedAt: null },
      });
    }
    expect(readPopups(undefined, judge())).toEqual({ maxDisplayCount: 1, items: [] });
    expect(firstPopup(readPopups(undefined, judge()))).toMatchObject({ enabled: false, id: '', dismissDays: 1 });
    expect(readTagDisplay(undefined, judge())).toEqual({ prioritySlugs: [], hiddenSlugs: [], updatedAt: null });
  });
});

describe('banners of older shapes', () => {
  const only = (value: unknown) => old(readBanners, value)[0];
  const snake = {
    ...{ id: 'b', title: 'T', image_url: '/static/a.png', mobile_image_url: '/static/m.png', link_url: '/x' },
    ...{ open_in_new_tab: true, display_on: 'desktop', start_at: '2026-01-01T00:00:00Z' },
    updated_at: '2026-01-02T00:00:00+09:00',
  };
  const camel = {
    ...{ id: 'b', title: 'T', imageUrl: '/static/a.png', mobileImageUrl: '/static/m.png', linkUrl: '/x' },
    ...{ openInNewTab: true, displayOn: 'pc', startAt: '2026-01-01T00:00:00.000Z' },
    updatedAt: '2026-01-01T15:00:00.000Z',
  };
  test.each<[string, unknown, object]>([
    ['snake_case', [snake], camel],
    ['a picture alone', ['/static/a.png'], { title: '배너', imageUrl: '/static/a.png' }],
    ['a title alone', ['Spring'], { title: 'Spring', imageUrl: '' }],
    ['one banner without a list', { title: 'One' }, { title: 'One' }],
    ['wrapped in an object', { items: [{ title: 'One' }] }, { title: 'One' }],
    ['JSON in a text', JSON.stringify([{ title: 'One' }]), { title: 'One' }],
    ['JSON in a text in a text', JSON.stringify(JSON.stringify([{ title: 'One' }])), { title: 'One' }],
    ['entries as JSON', [JSON.stringify({ title: 'One' })], { title: 'One' }],
    [
      'older names',
      [{ image: '/a.png', href: '/b', is_active: 0 }],
      { imageUrl: '/a.png', linkUrl: '/b', enabled: false },
    ],
    ['words for switches', [{ enabled: 'no', openInNewTab: 'yes' }], { enabled: false, openInNewTab: true }],
    ['markup', [{ title: ' <b>Sp</b>ring<script>x</script> ' }], { title: 'Springx' }],
    ['nulls', [{ title: null, imageUrl: null, enabled: null }], { title: '배너', imageUrl: '', enabled: true }],
    ['an id that is a number', [{ id: 7 }], { id: '7' }],
    ['unknown keys', [{ id: 'b', colour: 'red' }], { id: 'b' }],
  ])('%s', (_, value, expected) => {
    expect(only(value)).toMatchObject(expected);
    expect(Object.keys(only(value) ?? {})).not.toContain('colour');
  });

  test.each([
    ['m', 'mobile'],
    ['phone', 'mobile'],
    ['Desktop', 'pc'],
    ['PC', 'pc'],
    ['fridge', 'all'],
    [null, 'all'],
    [7, 'all'],
  ])('shown on %p is %s', (given, expected) => {
    expect(only([{ displayOn: given, title: 'x' }])?.displayOn as string).toBe(expected);
  });

  test('missing ids are made of the banner itself, so that they stay; a second one of the same id gets its own', () => {
    const value = [{ title: 'One' }, { title: 'One' }, { id: 'x' }, { id: 'x', title: 'Two' }];
    const ids = old(readBanners, value).map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^banner_[0-9a-f]{12}$/);
    expect(ids[2]).toBe('x');
    expect(old(readBanners, value).map(({ id }) => id)).toEqual(ids);
  });
});

describe('slots of older shapes', () => {
  const first = (value: unknown) => old(readSlots, value)[0];
  const withPicks = (part: object) => [{ id: 's', ...part }];
  const story = [{ type: 'story', id: uuid }];
  test.each<[string, unknown, object]>([
    ['a title', ['Mine'], { title: 'Mine', slotType: null }],
    ['the id of a system slot', ['slot_top_stories'], { id: 'slot_top_stories', slotType: 'system' }],
    [
      'snake_case',
      [{ id: 's', slot_type: 'custom', content_sort_mode: 'RANDOM' }],
      { slotType: 'custom', contentSortMode: 'random' },
    ],
    [
      'picks',
      withPicks({ contentPicks: [{ type: 'story', item: { id: uuid, title: 'LEAK' } }] }),
      { contentPicks: story },
    ],
    ['flat picks', withPicks({ picks: [{ type: 'webnovel', id: uuid.toUpperCase() }] }), { contentPicks: story }],
    ['bare ids', withPicks({ content_picks: [uuid] }), { contentPicks: one }],
    [
      'lists by kind',
      withPicks({ character_ids: [uuid], storyIds: [other] }),
      { contentPicks: [...one, { type: 'story', id: other }] },
    ],
    ['the same pick twice', withPicks({ contentPicks: [uuid, uuid] }), { contentPicks: one }],
    [
      'ids that are none',
      withPicks({ contentPicks: ['x', { type: 'story', item: { id: 'y' } }] }),
      { contentPicks: [] },
    ],
    ['a system slot that says otherwise', [{ id: 'slot_top_stories', slotType: 'custom' }], { slotType: 'system' }],
    ['an empty type', [{ id: 's', slotType: '' }], { slotType: null }],
  ])('%s', (_, value, expected) => expect(first(value)).toMatchObject(expected));

  test('the first of an id wins; the system slots that are missing follow in their order', () => {
    const slots = old(readSlots, [
      { id: 'a', title: '1' },
      { id: 'slot_top_stories', title: 'Ours' },
      { id: 'a', title: '2' },
    ]);
    expect(slots.map(({ id, title }) => (id === 'a' || id === 'slot_top_stories' ? `${id} ${title}` : id))).toEqual([
      ...['a 1', 'slot_top_stories Ours', 'slot_top_origchat', 'slot_trending_characters'],
      ...['slot_recommended_characters', 'slot_daily_tag_characters'],
    ]);
  });
});

describe('pop-ups and tags of older shapes', () => {
  test.each<[string, unknown, object]>([
    [
      'one without a list',
      { enabled: true, title: 'Hi', dismiss_days: 3 },
      { maxDisplayCount: 1, items: [{ title: 'Hi', dismissDays: 3 }] },
    ],
    ['a list', [{ title: 'Hi' }], { items: [{ title: 'Hi', id: expect.stringMatching(/^pop_[0-9a-f]{12}$/) }] }],
    ['snake_case', { max_display_count: '4', items: [] }, { maxDisplayCount: 4, items: [] }],
    ['titles', ['Hi'], { items: [{ title: 'Hi' }] }],
    ['something else', 7, { maxDisplayCount: 1, items: [] }],
  ])('pop-ups: %s', (_, value, expected) => expect(old(readPopups, value)).toMatchObject(expected));

  test.each<[string, unknown, string[], string[]]>([
    ['a list', ['a', ' b ', 'a'], ['a', 'b'], []],
    ['a lone text', 'a, b', ['a', 'b'], []],
    ['snake_case', { priority_slugs: ['a'], hidden_slugs: 'h' }, ['a'], ['h']],
    ['whole tags', { prioritySlugs: [{ slug: 'a', name: 'A' }, null, 5] }, ['a'], []],
    ['layout marks', { prioritySlugs: ['cover:x', 'COVER:y', 'a'] }, ['a'], []],
    ['other kinds', { prioritySlugs: 5, hiddenSlugs: { a: 1 } }, [], []],
    ['a long one', ['x'.repeat(60)], ['x'.repeat(50)], []],
    ['JSON', '{"prioritySlugs":["a"]}', ['a'], []],
  ])('tags: %s', (_, value, priority, hidden) =>
    expect(old(readTagDisplay, value)).toMatchObject({ prioritySlugs: priority, hiddenSlugs: hidden }),
  );
});
