import { safePrefix } from '../../lib/text.ts';
import { UNPAID_CHARS } from './knowledge.ts';

/** Pure pieces of what pages show of a story before it is played. */

const SCENES = 3;
const TITLE_CHARS = 40;
const HINT_CHARS = 80;
const EXCERPT_CHARS = 600;
const RECAP_CHARS = 1_200;

const line = (text: string) => text.replace(/\s+/g, ' ').trim();

/** The beginning of a text that ends with a whole word where it can. */
export function clip(text: string, chars: number): string {
  const whole = line(text);
  if (whole.length <= chars) return whole;
  const cut = safePrefix(whole, chars);
  const end = cut.lastIndexOf(' ');
  return (end > chars / 2 ? cut.slice(0, end) : cut).trim();
}

export type Third = { no: number; title: string | null; length: number; first: string; second: string; last: string };

/** Scenes of a chapter: its thirds. One that is not paid for has its beginning only, and a chapter of a few words as well. */
export function scenesOf(chapter: Third, mayRead: boolean): { id: string; title: string; hint: string }[] {
  const { no, first, second, last, length } = chapter;
  const parts = mayRead && length >= SCENES * HINT_CHARS ? [first, second, last] : [first];
  return parts.flatMap((text, index) => {
    const hint = clip(mayRead ? text : safePrefix(text, UNPAID_CHARS), HINT_CHARS);
    return hint === '' ? [] : [{ id: `auto-${no}-${index + 1}`, title: clip(hint, TITLE_CHARS), hint }];
  });
}

/** A scene of a chapter, or its beginning; of a chapter that is not paid for no more than its beginning. */
export function excerptOf(chapter: { no: number; content: string }, sceneId: string, mayRead: boolean): string {
  const { no, content } = chapter;
  if (!mayRead) return safePrefix(content.trim(), UNPAID_CHARS);
  const scene = /^auto-(\d{1,7})-([123])$/.exec(sceneId);
  const index = scene && Number(scene[1]) === no ? Number(scene[2]) - 1 : 0;
  const from = Math.floor(content.length / SCENES) * index;
  // Not within a letter.
  const text = content.slice(from).replace(/^[\uDC00-\uDFFF]/, '');
  return safePrefix(text.trim(), EXCERPT_CHARS);
}

type Episode = { no: number; shortBrief: string; anchorExcerpt: string };

/** The most a single episode gets, the newest one first; older ones share what is left. */
const WEIGHTS = [400, 250, 150];
const OLDER_CHARS = 80;

/**
 * What happened before a chapter, the newest first and in most detail. Later chapters do not get in; those that are not
 * paid for come with their beginning. Pure.
 */
export function recapOf(episodes: readonly Episode[], anchor: number, mayRead: (no: number) => boolean): string {
  const before = episodes.filter(({ no }) => no < anchor).toSorted((a, b) => b.no - a.no);
  const lines: string[] = [];
  let left = RECAP_CHARS;
  for (const [index, { no, shortBrief, anchorExcerpt }] of before.entries()) {
    const text = mayRead(no) ? shortBrief : safePrefix(anchorExcerpt, UNPAID_CHARS);
    const told = clip(text, Math.min(WEIGHTS[index] ?? OLDER_CHARS, left));
    if (told === '') continue;
    lines.push(told);
    left -= told.length + 1;
    if (left < OLDER_CHARS) break;
  }
  return lines.join('\n');
}
