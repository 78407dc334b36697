import type { Memo } from './document.ts';

/** So many memos that were called for are told in one turn; the rest waits. */
const PER_TURN = 3;
const MAX_WAITING = 20;

export type MemoChoice = {
  /** Called for, now or earlier, and told in this turn. */
  told: Memo[];
  /** Without triggers: always in the prompt. */
  standing: Memo[];
  /** Called for by this turn's text, told or not: endings may hang on it. */
  called: string[];
  waiting: string[];
};

/**
 * Which memos a turn tells. One is called for when a trigger stands in the user's text (case counts not), once in a room.
 * A turn with an event tells none; those that wait come first when there is room again.
 */
export function chooseMemos(
  memos: readonly Memo[],
  { applied, waiting }: { applied: readonly string[]; waiting: readonly string[] },
  userText: string,
  hasEvent: boolean,
): MemoChoice {
  const text = userText.toLowerCase();
  const triggered = memos.filter(({ triggers }) => triggers.some((trigger) => text.includes(trigger.toLowerCase())));
  const fresh = triggered.filter(({ id }) => !applied.includes(id) && !waiting.includes(id));
  const queued = waiting.flatMap((id) => memos.find((memo) => memo.id === id && !applied.includes(id)) ?? []);
  const line = [...queued, ...fresh];
  const told = hasEvent ? [] : line.slice(0, PER_TURN);
  return {
    told,
    standing: memos.filter(({ triggers }) => triggers.length === 0),
    called: triggered.map(({ id }) => id),
    waiting: line.slice(told.length, told.length + MAX_WAITING).map(({ id }) => id),
  };
}

const IMAGE = /\[\[img:[^\]\n]{1,200}\]\]|\{\{img::?[^}\n]{1,200}\}\}/g;
const MAX_IMAGES = 6;

/** The images of told memos that a reply does not show yet. */
export function memoImages(told: readonly Memo[], reply: string): string[] {
  const codes = told.flatMap(({ detail }) => detail.match(IMAGE) ?? []);
  return [...new Set(codes)].filter((code) => !reply.includes(code)).slice(0, MAX_IMAGES);
}

/** A memo's text for a prompt: pictures are no words. */
export function memoText({ detail }: Memo): string {
  return detail.replace(IMAGE, '').trim();
}
