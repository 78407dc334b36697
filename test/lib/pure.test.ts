import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { seoulDay } from '../../src/lib/clock.ts';
import { mac, sameText, sha256 } from '../../src/lib/crypto.ts';
import { isUuid, newId, newSecretId } from '../../src/lib/ids.ts';
import { languageOf, pickLanguage } from '../../src/lib/language.ts';
import { createLogger } from '../../src/lib/log.ts';
import { std } from '../../src/lib/std.ts';

describe('language', () => {
  test.each([
    [null, 'en'],
    ['', 'en'],
    ['ko', 'ko'],
    ['ko-KR,ko;q=0.9,en-US;q=0.8', 'ko'],
    ['en-GB,en;q=0.9,ko;q=0.8', 'en'],
    ['fr,ko;q=0.3', 'ko'],
    ['fr-FR', 'en'],
    ['ko;q=0.1,en;q=0.9', 'en'],
    [';;;q=,,', 'en'],
  ] as const)('Accept-Language %p is %p', (header, expected) => {
    expect(pickLanguage(header)).toBe(expected);
  });

  test.each([
    ['Hello there', 'en'],
    ['안녕하세요', 'ko'],
    ['a LIGHTHOUSE 등대 이야기', 'ko'],
    ['1234 !!', 'en'],
  ] as const)('%p is written in %p', (text, expected) => {
    expect(languageOf(text)).toBe(expected);
  });
});

test('a day is Seoul’s', () => {
  expect(seoulDay(new Date('2026-01-31T14:59:59Z'))).toBe('2026-01-31');
  expect(seoulDay(new Date('2026-01-31T15:00:00Z'))).toBe('2026-02-01');
});

describe('ids', () => {
  test('are UUIDs; time-ordered ones sort by their making', () => {
    const ids = Array.from({ length: 500 }, newId);
    expect(ids.every(isUuid)).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(newSecretId()[14]).toBe('4');
  });
  test.each(['', 'x', `${newId()}0`, newId().replace('-', '_')])('%p is none', (text) =>
    expect(isUuid(text)).toBe(false),
  );
});

describe('crypto', () => {
  test('a MAC depends on key, purpose and message', () => {
    const all = [mac('k', 'a', 'm'), mac('k', 'b', 'm'), mac('j', 'a', 'm'), mac('k', 'a', 'n')];
    expect(new Set(all).size).toBe(4);
  });
  test('texts are the same exactly when they are equal', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameText(a, b) === (a === b) && sameText(a, a)));
    expect(sha256('a')).toHaveLength(43);
  });
});

test('a log line holds no secret, at any depth', () => {
  const lines: string[] = [];
  const log = createLogger('info', { process: 'test' }, (line) => lines.push(line));
  log.info('x', {
    password: 'hunter2',
    nested: { refresh_token: 'hunter2', list: [{ Authorization: 'hunter2' }] },
    user_id: 'u',
  });
  log.debug('below the level', {});
  const error = Object.assign(new Error('boom\nparams: hunter2,hunter2'), { parameters: ['hunter2'] });
  log.error('y', { error, body: 'hunter2', prompt: 'hunter2' });
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('hunter2');
  expect(JSON.parse(lines[0] as string)).toMatchObject({ level: 'info', message: 'x', process: 'test', user_id: 'u' });
  expect(JSON.parse(lines[1] as string).error).toMatchObject({ name: 'Error', message: 'boom' });
});

test('a typebox schema as a Standard Schema: values pass, breaches name their place', () => {
  const schema = std(Type.Object({ a: Type.Object({ b: Type.Integer() }) }));
  expect(schema['~standard'].validate({ a: { b: 1 } })).toEqual({ value: { a: { b: 1 } } });
  const outcome = schema['~standard'].validate({ a: { b: 'x' } });
  expect('issues' in outcome && outcome.issues[0]?.path).toEqual(['a', 'b']);
});
