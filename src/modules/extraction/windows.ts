/** Longest stretch of text that is read at once, in characters. */
export const WINDOW_CHARS = 6_000;

const PARAGRAPH = '\n\n';
/** A window is cut where something ends, but not before this share of it. */
const EARLIEST_CUT = 0.6;

/** Packs texts, one after the other, into windows of at most 6,000 characters. Holds one text and one window at a time. */
export async function* windowsOf(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let window = '';
  for await (const text of texts) {
    let rest = text.trim();
    while (rest !== '') {
      const room = WINDOW_CHARS - window.length - (window === '' ? 0 : PARAGRAPH.length);
      if (rest.length <= room) {
        window += (window === '' ? '' : PARAGRAPH) + rest;
        break;
      }
      // A short text is not torn apart to fill what is left of a window.
      if (window !== '') {
        yield window;
        window = '';
        continue;
      }
      const end = cutAt(rest, room);
      yield rest.slice(0, end).trim();
      rest = rest.slice(end).trim();
    }
  }
  if (window !== '') yield window;
}

/** Where to cut: after a paragraph, else a sentence, else a word, else within a word (never within a character). */
function cutAt(text: string, max: number): number {
  const head = text.slice(0, max);
  const earliest = max * EARLIEST_CUT;
  const paragraph = head.lastIndexOf('\n');
  if (paragraph >= earliest) return paragraph;
  const sentence = [...head.matchAll(/[.!?。…]["'”’」』)]*\s/g)].at(-1);
  if (sentence && sentence.index >= earliest) return sentence.index + sentence[0].length;
  const blank = head.lastIndexOf(' ');
  if (blank >= earliest) return blank;
  const last = head.charCodeAt(max - 1);
  return last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
}
