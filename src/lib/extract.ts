import { firstSentences, sentencesOf } from './sentences.ts';

const PARTICLES =
  /(?:에게서|이라는|이라고|에서는|에서|에게|한테|까지|부터|처럼|만큼|보다|으로|라는|라고|이랑|은|는|이|가|을|를|의|에|와|과|로|도|만)$/;
const STOP = new Set(
  `about after again also and any are been before being but can come could did does down even every for from get had has
  have her here hers him his how into its just like little made make many more most much must never not now off one only
  other our out over own said same say see she should some such than that the their them then there these they thing this
  those though thought through too two under upon very was way well went were what when where which while who whom whose
  why will with would you your 그리고 그러나 하지만 그런데 그래서 그는 그가 그녀 그것 이것 저것 있다 있었다 없다 없었다
  하는 하고 했다 한다 것이다 것이 것을 것은 수가 때문 그런 이런 저런 같은 같이 그렇게 이렇게 다시 그만`.split(/\s+/),
);
/** So many stretches of a text are each heard at least once. */
const STRETCHES = 4;
const MIN_CHARS = 12;
const OPENING = /(?:^|[\s(])["'“‘「『](?=\S)/g;
const CLOSING = /\S["'”’」』](?=$|[\s.,!?)])/g;
const COMFORTABLE_CHARS = 160;

type Candidate = { at: number; text: string; stems: string[]; score: number };

/**
 * The sentences of a text that say most of it, word for word and in their order, together at most `maxChars` long (blanks
 * between them included): those whose words come up often, from the beginning, the middle and the end.
 */
export function extractSentences(text: string, maxChars: number): string {
  const sentences = sentencesOf(text);
  const all = sentences.join(' ');
  if (all.length <= maxChars) return all;
  const ranked = rank(sentences);
  const chosen: Candidate[] = [];
  const said = new Set<string>();
  let chars = 0;
  const choose = (candidate: Candidate | undefined) => {
    if (!candidate || chosen.includes(candidate) || chars + candidate.text.length + 1 > maxChars + 1) return;
    const known = candidate.stems.filter((stem) => said.has(stem)).length;
    if (chosen.length > 0 && known > candidate.stems.length * 0.7) return;
    chosen.push(candidate);
    chars += candidate.text.length + 1;
    for (const stem of candidate.stems) said.add(stem);
  };
  // A share for each stretch, so that the first does not take all.
  for (let stretch = 0; stretch < STRETCHES; stretch += 1)
    choose(
      ranked.find(
        ({ at, text: { length } }) =>
          Math.floor((at * STRETCHES) / sentences.length) === stretch && length <= maxChars / STRETCHES,
      ),
    );
  for (const candidate of ranked) choose(candidate);
  chosen.sort((a, b) => a.at - b.at);
  return chosen.map((candidate) => candidate.text).join(' ') || firstSentences(all, maxChars);
}

function rank(sentences: string[]): Candidate[] {
  const candidates = sentences.map((text, at) => ({ at, text, stems: stemsOf(text), score: 0 }));
  const counts = new Map<string, number>();
  for (const { stems } of candidates) for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  let quoted = 0;
  for (const candidate of candidates) {
    const { stems, text, at } = candidate;
    const spoken = quoted > 0 || /^["'“‘「『]/.test(text);
    const opened = (text.match(OPENING)?.length ?? 0) - (text.match(CLOSING)?.length ?? 0);
    quoted = Math.min(1, Math.max(0, quoted + opened));
    // A word that comes once tells little of the whole, and the most frequent one not ten times as much as another.
    const weight = stems.reduce((sum, stem) => sum + Math.log(counts.get(stem) ?? 1), 0);
    candidate.score = weight / Math.max(4, stems.length) ** 0.7;
    if (spoken || opened !== 0) candidate.score *= 0.35;
    // A heading.
    if (!/[.!?…。！？]["'”’」』)\]]*$/.test(text)) candidate.score *= 0.1;
    if (text.length < MIN_CHARS) candidate.score *= 0.2;
    if (text.length > COMFORTABLE_CHARS) candidate.score *= COMFORTABLE_CHARS / text.length;
    if (at === 0) candidate.score *= 1.5;
  }
  return candidates.sort((a, b) => b.score - a.score || a.at - b.at);
}

/** The words of a sentence that carry meaning, each once, without Korean particles. */
function stemsOf(sentence: string): string[] {
  const stems = (sentence.toLowerCase().match(/\p{L}+/gu) ?? []).map((word) =>
    /\p{Script=Hangul}/u.test(word) && word.length > 2 ? word.replace(PARTICLES, '') : word,
  );
  return [...new Set(stems)].filter((stem) => {
    const long = /\p{Script=Hangul}/u.test(stem) ? stem.length >= 2 : stem.length >= 3;
    return long && !STOP.has(stem);
  });
}
