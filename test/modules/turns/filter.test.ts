import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { createReplyFilter } from '../../../src/modules/turns/engine/filter.ts';

function filtered(pieces: string[]) {
  const filter = createReplyFilter('Mina');
  const shown = pieces.map((piece) => filter.push(piece)).join('') + filter.end();
  return { shown, blocks: [...filter.blocks] };
}

const START = '<!-- CC_STAT_DELTA_START -->';
const END = '<!-- CC_STAT_DELTA_END -->';

describe('the reply filter', () => {
  test.each([
    ['a block at the end', `Hello.\n\n${START}\n{"stats":[]}\n${END}`, 'Hello.', ['\n{"stats":[]}\n']],
    ['a block in the middle', `One ${START}x${END} two`, 'One  two', ['x']],
    ['a lone start hides the rest', `Hi ${START} {"stats":[]}`, 'Hi', [' {"stats":[]}']],
    ['a lone end goes alone', `Hi ${END} there`, 'Hi  there', []],
    ['markers without comments', 'Hi CC_STAT_DELTA_START x CC_STAT_DELTA_END there', 'Hi  there', [' x ']],
    ['another comment', 'Hi <!-- note --> there', 'Hi  there', []],
    ['a reply cut within a marker', 'Hi <!-- CC_ST', 'Hi', []],
    ['a reply cut at its first letter', 'Hi <', 'Hi', []],
    ['words that begin alike', 'Vitamin C and CC', 'Vitamin C and CC', []],
    ['a heart', 'I <3 you', 'I <3 you', []],
    ['a marker made by removing one', 'a <!<!-- x -->-- b --> c', 'a  c', []],
    ['the speaker before a line', 'Mina: "Yes."\n**Mina:** "No."', '"Yes."\n"No."', []],
    ['a name within a line', 'She said: Mina: is here', 'She said: Mina: is here', []],
    ['blanks around and between', '\n\n  Hi\n\n\n\nthere \n', 'Hi\n\nthere', []],
    ['what cannot be stored', 'a\0b\ud83dc\r\n', 'ab\ufffdc', []],
  ])('%s', (_, reply, shown, blocks) => {
    expect(filtered([reply])).toEqual({ shown, blocks });
  });

  const token = fc.constantFrom(
    ...['<', '!', '-', '-->', '<!--', START, END, 'CC_STAT_DELTA_', 'CC_', 'STAT_DELTA_START', 'START', 'END', ' '],
    ...[
      '{"stats":[]}',
      '\n',
      'Mina:',
      'Mi',
      'na:',
      '**Mina:**',
      'hello',
      '고래',
      '🐋',
      '\ud83d',
      '\r',
      '\0',
      'cc_stat_delta_start',
    ],
  );

  test('any chunking of any reply comes out the same and shows no marker', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), fc.array(fc.nat(80), { maxLength: 12 }), (tokens, cuts) => {
        const reply = tokens.join('');
        const places = [0, ...new Set(cuts.map((cut) => cut % (reply.length + 1))), reply.length].sort((a, b) => a - b);
        const pieces = places.slice(1).map((end, index) => reply.slice(places[index], end));
        const whole = filtered([reply]);
        expect(filtered(pieces)).toEqual(whole);
        expect(whole.shown).not.toMatch(/<!--|CC_STAT_DELTA_/i);
        expect(whole.shown).toBe(whole.shown.trim());
        expect(whole.shown.isWellFormed()).toBe(true);
      }),
      { numRuns: 8_000 },
    );
  }, 30_000);

  test('whatever a model says, nothing of a marker is shown, letter by letter', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), fc.nat(200), (text, at) => {
        const reply = `${text.slice(0, at)}${START}${text}${END}${text.slice(at)}`;
        expect(filtered([...reply]).shown).not.toMatch(/<!--|CC_STAT_DELTA_/i);
      }),
      { numRuns: 500 },
    );
  });
});
