/** Choosing sentences by their length, so that a text ends where it was asked to end. */

const CANDIDATES = 90;
const MAX_TRIES = 400;
const SEARCHED_CHARS = 65;
/** There are sentences of every length from here on. */
const SHORTEST_CHARS = 20;

/**
 * Joins sentences of `offer` with blanks to a text as close to `targetChars` as they allow, ending with one of them.
 * `offer` makes a fresh sentence; `take` is told which ones were used.
 */
export function fitSentences(targetChars: number, offer: () => string, take: (sentence: string) => void): string {
  const chosen: string[] = [];
  let rest = targetChars;
  const add = (sentence: string) => {
    take(sentence);
    rest -= sentence.length + (chosen.length > 0 ? 1 : 0);
    chosen.push(sentence);
  };
  // A long text is filled as it comes; the last stretch, two sentences at most, is searched for.
  for (let tries = 0; rest > SEARCHED_CHARS && tries < MAX_TRIES; tries += 1) {
    const sentence = offer();
    if (sentence.length + SHORTEST_CHARS < rest) add(sentence);
  }
  const candidates = [...new Set(Array.from({ length: CANDIDATES }, offer))];
  for (const sentence of closest(rest - (chosen.length > 0 ? 1 : 0), candidates)) add(sentence);
  return chosen.join(' ');
}

/** The one sentence, or the two with a blank between, whose length is closest to `targetChars`. */
function closest(targetChars: number, candidates: readonly string[]): string[] {
  let best: string[] = [];
  let bestMiss = targetChars > 0 ? Number.POSITIVE_INFINITY : 0;
  const weigh = (sentences: string[], length: number) => {
    const miss = Math.abs(targetChars - length);
    if (miss < bestMiss) [best, bestMiss] = [sentences, miss];
  };
  candidates.forEach((first, index) => {
    weigh([first], first.length);
    for (const second of candidates.slice(index + 1)) weigh([first, second], first.length + 1 + second.length);
  });
  return best;
}
