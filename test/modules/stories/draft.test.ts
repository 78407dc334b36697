import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { allowsVersion, etagOf } from '../../../src/lib/etag.ts';
import { columnsOf, tagsOf } from '../../../src/modules/stories/draft.ts';
import { searchOf, slugsOf, sortOf } from '../../../src/modules/stories/list-filter.ts';
import { draftOfEdit } from '../../../src/modules/stories/write-schema.ts';
import { isReserved, normalSlug } from '../../../src/modules/tags/slug.ts';

const words = fc.array(
  fc.oneof(fc.string({ maxLength: 50 }), fc.constantFrom('cover:x', '#Cover:y', ' a ', 'a', '', '로맨스')),
  {
    maxLength: 30,
  },
);

describe('drafts of a story', () => {
  test('keywords are at most ten, each once, none blank and none a layout mark; sent back they stay the same', () => {
    fc.assert(
      fc.property(words, (given) => {
        const { keywords = null } = columnsOf({ keywords: given });
        const kept = keywords ?? [];
        expect(kept.length).toBeLessThanOrEqual(10);
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.every((word) => word.trim() === word && word !== '' && !isReserved(normalSlug(word)))).toBe(true);
        expect(columnsOf({ keywords }).keywords ?? null).toEqual(keywords);
      }),
    );
  });

  test('tags are the keywords, or the genre where there are none; never a layout mark', () => {
    fc.assert(
      fc.property(words, fc.option(fc.constantFrom('g', 'cover:g', '무협')), (given, genre) => {
        const { keywords = null } = columnsOf({ keywords: given });
        const slugs = tagsOf(keywords, genre);
        if (keywords) expect(slugs).toEqual(keywords);
        else expect(slugs).toEqual(genre === null || genre === 'cover:g' ? [] : [genre]);
      }),
    );
  });

  test('texts are within their limits without the blanks around, or refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 230 }), fc.constantFrom('', ' ', '\n\t '), (text, blanks) => {
        const trimmed = text.trim();
        const title = () => columnsOf({ title: `${blanks}${text}${blanks}` }).title;
        if (trimmed.length >= 1 && trimmed.length <= 200) expect(title()).toBe(trimmed);
        else expect(title).toThrow('http.invalid');
      }),
    );
  });

  test('a draft has the keys that were sent and no others, null among them', () => {
    const sent = fc.record(
      {
        title: fc.string(),
        keywords: fc.option(fc.array(fc.string())),
        genre: fc.option(fc.string()),
        is_public: fc.boolean(),
        is_webtoon: fc.boolean(),
        cover_url: fc.option(fc.string()),
      },
      { requiredKeys: [] },
    );
    const names = { is_public: 'isPublic', is_webtoon: 'isWebtoon', cover_url: 'coverUrl' } as Record<string, string>;
    fc.assert(
      fc.property(sent, (body) => {
        const expected = Object.keys(body).map((key) => names[key] ?? key);
        expect(Object.keys(draftOfEdit(body)).sort()).toEqual(expected.sort());
      }),
    );
  });
});

describe('words of a list', () => {
  test('a search has no marks before and no blanks around; slugs are each once', () => {
    fc.assert(
      fc.property(fc.string(), (given) => {
        expect(searchOf(given)).toMatch(/^(?![@#\s])|^$/u);
        expect(searchOf(searchOf(given))).toBe(searchOf(given));
        const slugs = slugsOf(given);
        expect(slugs.length).toBe(new Set(slugs).size);
        expect(slugs).not.toContain('');
      }),
    );
  });

  test('words that objects have by birth are no orders', () => {
    for (const word of ['constructor', '__proto__', 'toString', '']) expect(sortOf(word)).toBe('likes');
  });
});

test('If-Match lets through the version it names, among any others, and never a weak one', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat(), { maxLength: 5 }), (version, named) => {
      const header = named.map(etagOf).join(' , ');
      expect(allowsVersion(header, version)).toBe(named.includes(version));
      expect(allowsVersion(named.map((n) => `W/${etagOf(n)}`).join(','), version)).toBe(false);
      expect(allowsVersion(`${header},*`, version)).toBe(true);
      expect(allowsVersion(undefined, version)).toBe(true);
    }),
  );
});
