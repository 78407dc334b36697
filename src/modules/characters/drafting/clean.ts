import { storableText } from '../../../lib/storable.ts';
import { safePrefix } from '../../../lib/text.ts';

/** A model that talks about its task instead of doing it. */
const META =
  /^(?:물론(?:입니다|이죠|이에요)|네, (?:알겠|아래)|(?:다음|아래)는 |요청하신|sure[,!. ]|certainly[,!. ]|of course[,!. ]|here (?:is|are) )|언어 모델|AI 모델|인공지능으로서|\bas an ai\b|\blanguage model\b/i;

/** Whether a text is about itself, so that no reader should see it. */
export function isMeta(text: string): boolean {
  return META.test(text.trim());
}

/** A text without a model's thoughts, fences and blank runs, cut after a full sentence when it is too long. */
export function cleanText(text: string, maxChars: number): string {
  const clean = storableText(text)
    .replace(/<think>[\s\S]*?(?:<\/think>|$)/g, '')
    .replace(/^\s*```\w*\s*\n?|\n?```\s*$/g, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return cutAtSentence(clean, maxChars);
}

/** As `cleanText`, on one line. */
export function cleanLine(text: string, maxChars: number): string {
  return cutAtSentence(cleanText(text, Number.POSITIVE_INFINITY).replace(/\s+/g, ' '), maxChars);
}

/** A name or a title: one line, cut at a word, without quotes and marks around it. */
export function cleanTitle(text: string, maxChars: number): string {
  const line = cleanText(text, Number.POSITIVE_INFINITY)
    .replace(/\s+/g, ' ')
    .replace(/^["'“”‘’「」『』#*\s]+|["'“”‘’「」『』*\s.]+$/g, '');
  if (line.length <= maxChars) return line;
  const cut = safePrefix(line, maxChars);
  const space = cut.lastIndexOf(' ');
  return (space >= maxChars / 2 ? cut.slice(0, space) : cut).trim();
}

const SENTENCE_END = /[.!?…。！？]["'”’」』)]*(?=\s|$)/g;

function cutAtSentence(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const cut = safePrefix(text, maxChars);
  const ends = [...cut.matchAll(SENTENCE_END)].map((found) => found.index + found[0].length);
  const last = ends.at(-1) ?? 0;
  if (last >= maxChars / 3) return cut.slice(0, last);
  const space = cut.lastIndexOf(' ');
  return (space >= maxChars / 2 ? cut.slice(0, space) : cut).trim();
}

/** Half a text without its last, broken sentence. */
export function wholeSentences(text: string): string {
  const ends = [...text.matchAll(SENTENCE_END)].map((found) => found.index + found[0].length);
  return text.slice(0, ends.at(-1) ?? 0);
}

const BEGINS_QUOTED = /^["“「『]/m;
const QUOTED_WITHIN = /\s*(["“「『][^"”」』\n]{2,}["”」』])\s*/;

/** An epilogue in which somebody speaks has that speech on a line of its own. */
export function speechOnOwnLine(text: string): string {
  if (BEGINS_QUOTED.test(text)) return text;
  return text.replace(QUOTED_WITHIN, '\n\n$1\n\n').trim();
}

/** Up to `max` different words of at most `maxChars`. */
export function cleanWords(words: readonly string[], max: number, maxChars: number): string[] {
  const clean = words.map((word) => cleanTitle(word.replace(/^[\d.)\-•\s]+/, ''), maxChars));
  return [...new Set(clean.filter((word) => word !== ''))].slice(0, max);
}
