import { expect, test } from 'bun:test';
import { newId } from '../../src/lib/ids.ts';
import { mailTokenText, parseMailToken } from '../../src/lib/mail-token.ts';

const secret = 'a secret of a test, long enough for it';

test('a token names its row, for its purpose and secret only', () => {
  const id = newId();
  const token = mailTokenText(secret, 'verify', id);
  expect(parseMailToken(secret, 'verify', token)).toBe(id);
  expect(parseMailToken(secret, 'reset', token)).toBeUndefined();
  expect(parseMailToken(`${secret}!`, 'verify', token)).toBeUndefined();
});

test('a token is always the same, so that a repeated mail is the same mail', () => {
  const id = newId();
  expect(mailTokenText(secret, 'reset', id)).toBe(mailTokenText(secret, 'reset', id));
});

test('a token goes through a URL unchanged', () => {
  const token = mailTokenText(secret, 'reset', newId());
  expect(encodeURIComponent(token)).toBe(token);
});

const token = mailTokenText(secret, 'reset', '0190a7c8-0000-7000-8000-000000000001');
test.each([
  '',
  '.',
  'x',
  token.slice(0, -1),
  `${token}A`,
  token.toUpperCase(),
  token.replace('1.', '2.'),
  token.replace('.', ''),
  `${token}.${token}`,

  '0190a7c8-0000-7000-8000-000000000001.',
])('no token: %p', (text) => {
  expect(parseMailToken(secret, 'reset', text)).toBeUndefined();
});

test('a text too long to be a token is not even looked at', () => {
  expect(parseMailToken(secret, 'reset', `${token.split('.')[0]}.${'9'.repeat(10_000)}`)).toBeUndefined();
});
