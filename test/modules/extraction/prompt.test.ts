import { expect, test } from 'bun:test';
import { buildMessages } from '../../../src/modules/extraction/prompt/build.ts';

test.each(['en', 'ko'] as const)('the messages in %s', (language) => {
  expect(buildMessages('window', language, { text: 'TEXT', known: 'Mira, Joren' })).toMatchSnapshot();
  const values = { name: 'Mira', aliases: '', title: 'The Lamp', passages: 'One.\n\nTwo.' };
  expect(buildMessages('enrich', language, values)).toMatchSnapshot();
});

test('what a story says is never read as a template', () => {
  const text = JSON.stringify(buildMessages('window', 'en', { text: 'a {known} b {toString}', known: 'Mira' }));
  expect(text).toContain('a {known} b {toString}');
});
