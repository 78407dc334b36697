import { describe, expect, test } from 'bun:test';
import { Type } from 'typebox';
import { extractJson, shapeOf } from '../../src/llm/shape.ts';

describe('extractJson', () => {
  test.each([
    ['plain', '{"a":1}', { a: 1 }],
    ['an array', ' [1, 2] ', [1, 2]],
    ['fenced', 'Here you are:\n```json\n{"a": 1}\n```\nEnjoy!', { a: 1 }],
    ['fenced without a language', '```\n{"a": 1}\n```', { a: 1 }],
    ['talked around', 'Sure! {"a": {"b": "}"}} Anything else?', { a: { b: '}' } }],
    ['after other brackets', 'For [you] and {me}: {"a": "\\"]"}', { a: '"]' }],
    ['after thinking aloud', '<think>maybe {"a": 0}?</think>{"a": 1}', { a: 1 }],
  ])('%s', (_, text, value) => {
    expect(extractJson(text)).toEqual(value);
  });

  test.each([
    ['nothing', ''],
    ['prose', 'I cannot do that.'],
    ['half of it', '{"a": [1, 2'],
    ['brackets only', '{{{{[[[['],
  ])('finds none in %s', (_, text) => {
    expect(extractJson(text)).toBeUndefined();
  });
});

describe('shapeOf', () => {
  const schema = Type.Object({ name: Type.String(), tags: Type.Array(Type.String({ maxLength: 3 }), { maxItems: 2 }) });

  test('is made once for a schema', () => {
    expect(shapeOf(schema)).toBe(shapeOf(schema));
  });

  test('leaves what it is given alone', () => {
    const given = { name: 'a', tags: [], more: true };
    expect(shapeOf(schema).check(given)).toEqual({ ok: true, value: { name: 'a', tags: [] } });
    expect(given).toHaveProperty('more');
  });

  test('says what is wrong and where', () => {
    const checked = shapeOf(schema).check({ tags: ['long'] });
    expect(checked).toMatchObject({ ok: false });
    expect(checked.ok ? '' : checked.problems).toMatch(/name.*\/tags\/0/);
  });

  test.each([[undefined], [null], ['text'], [[]]])('takes %p for no object', (given) => {
    expect(shapeOf(schema).check(given).ok).toBe(false);
  });
});
