import { describe, expect, test } from 'bun:test';
import { AppError, catalogue, type ErrorCode, fail } from '../../src/lib/errors.ts';

/** Substrings the existing front end looks for, whatever the language (contract, section 14). */
const matchedByTheClient: [ErrorCode, RegExp][] = [
  ['auth.not_authenticated', /^Not authenticated/],
  ['auth.already_verified', /이미 인증된/],
  ['auth.unverified', /이메일 인증/],
  ['auth.invalid_reset_token', /토큰/],
  ['auth.reset_fields_missing', /토큰/],
  ['http.idempotency_in_flight', /^already in progress/],
  ['llm.unavailable', /^AiUnavailable/],
  ['llm.timeout', /^AiTimeout/],
];

describe('error catalogue', () => {
  test.each(matchedByTheClient)('%s contains what the client looks for, in both languages', (code, pattern) => {
    expect(catalogue[code].en).toMatch(pattern);
    expect(catalogue[code].ko).toMatch(pattern);
  });

  test('every entry is an error status with both texts and the same parameters in them', () => {
    const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
    for (const [code, entry] of Object.entries(catalogue)) {
      expect(entry.status, code).toBeGreaterThanOrEqual(400);
      expect(entry.en.length, code).toBeGreaterThan(3);
      expect(entry.ko.length, code).toBeGreaterThan(3);
      expect(params(entry.en), code).toEqual(params(entry.ko));
    }
  });

  test('fills its parameters and keeps its cause to itself', () => {
    const error = fail('http.rate_limited', { params: { seconds: 7 }, cause: new Error('secret') });
    expect(error).toBeInstanceOf(AppError);
    expect(error.text('en')).toBe('Too many requests. Try again in 7 s.');
    expect(error.text('ko')).toContain('7초');
    expect(error.text('en')).not.toContain('secret');
  });
});
