import { safePrefix } from './text.ts';

/** The end of a sentence with what closes it; after it comes a blank or nothing. */
const SENTENCE = /[^.!?…。！？]*(?:[.!?…。！？]+["'”’」』)\]]*|$)/gu;
const ABBREVIATION = /(?:^|[\s"'“‘(])(?:Mr|Mrs|Ms|Dr|St|Prof|vs|etc|[A-Z])\.$/;
/** What follows a spoken sentence within the one that tells it: `"No!" she said`, `"왜?" 하고 물었다`. */
const CONTINUATION = /^\s+(?:\p{Ll}|(?:하고|라고|이라고|하며|하면서|라며)\s)/u;

/**
 * The sentences of a text, blanks collapsed. A line break is a boundary where the line before it ended a sentence or the
 * line is empty; anywhere else it only wraps the line.
 */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let open = '';
  const close = () => {
    if (open.trim() !== '') sentences.push(open.trim());
    open = '';
  };
  for (const paragraph of text.split(/\n\s*\n/)) {
    for (const [piece] of paragraph.replace(/\s+/g, ' ').matchAll(SENTENCE)) {
      // "3.14", "“No!” she": no blank, or a small letter after it, and the sentence goes on.
      const goesOn = open !== '' && !/^\s/.test(piece);
      if (!goesOn && open !== '' && !ABBREVIATION.test(open) && !CONTINUATION.test(piece)) close();
      open += piece;
    }
    close();
  }
  return sentences;
}

/** As many whole sentences from the start as fit into `maxChars`; of a first one that is longer, its beginning. */
export function firstSentences(text: string, maxChars: number): string {
  let kept = '';
  for (const sentence of sentencesOf(text)) {
    const more = kept === '' ? sentence : `${kept} ${sentence}`;
    if (more.length > maxChars) return kept || cutAtWord(sentence, maxChars);
    kept = more;
  }
  return kept;
}

function cutAtWord(sentence: string, maxChars: number): string {
  const cut = safePrefix(sentence, maxChars - 1);
  const blank = cut.lastIndexOf(' ');
  return `${(blank > maxChars / 2 ? cut.slice(0, blank) : cut).trimEnd()}…`;
}
