import { safePrefix } from '../../lib/text.ts';

/** What a reader knows of a story, made only from chapters up to their anchor that they may read. */
export type StoryKnowledge = {
  title: string;
  anchor: number;
  /** The story so far; empty when there is no summary of what the reader may know. */
  summary: string;
  /** The chapter at the anchor. */
  chapter: { no: number; title: string; text: string } | undefined;
  /** What came before it in short, by number. */
  earlier: readonly { no: number; text: string }[];
  /** Persons of the story who have been named by then. */
  persons: readonly string[];
};

/** A chapter as it is stored: `beginning` may be all of it, or empty where nobody asked for it. */
export type ChapterSource = { no: number; title: string | null; beginning: string };
export type SummarySource = { no: number; shortBrief: string; cumulativeSummary: string | null };

export type KnowledgeSources = {
  title: string;
  anchor: number;
  chapters: readonly ChapterSource[];
  summaries: readonly SummarySource[];
  cast: readonly string[];
  /** Whether the reader may read a chapter in full. */
  mayRead: (no: number) => boolean;
};

const CHAPTER_CHARS = 2_000;
/** As much of a chapter as somebody may see who has not paid for it. */
export const UNPAID_CHARS = 200;
const SUMMARY_CHARS = 900;
const EARLIER = 3;
const MAX_PERSONS = 10;

/**
 * Puts together what a reader knows. Later chapters do not get in, whatever the sources hold: their texts, titles and
 * summaries are left out here, and a person counts as known only when what got in names them. Pure.
 */
export function knowStory(sources: KnowledgeSources): StoryKnowledge {
  const { title, anchor, cast, mayRead } = sources;
  const chapters = sources.chapters.filter(({ no }) => no <= anchor).toSorted((a, b) => a.no - b.no);
  const briefs = new Map(
    sources.summaries.filter(({ no }) => no <= anchor && mayRead(no)).map(({ no, shortBrief }) => [no, shortBrief]),
  );
  const textOf = ({ no, beginning }: ChapterSource, chars: number) =>
    safePrefix(beginning.trim(), mayRead(no) ? chars : UNPAID_CHARS);
  const at = chapters.at(-1);
  const chapter = at && { no: at.no, title: at.title ?? '', text: textOf(at, CHAPTER_CHARS) };
  const earlier = chapters
    .slice(0, -1)
    .slice(-EARLIER)
    .map((source) => ({ no: source.no, text: briefs.get(source.no) || textOf(source, UNPAID_CHARS) }))
    .filter(({ text }) => text !== '');
  const summary = summaryOf(sources, chapters);
  const known = [summary, chapter?.title ?? '', chapter?.text ?? '', ...earlier.map(({ text }) => text)].join('\n');
  const persons = cast.filter((name) => isNamed(name, known)).slice(0, MAX_PERSONS);
  return { title, anchor, summary, chapter, earlier, persons };
}

/** Whether a text speaks of somebody. A name is no part of a longer word; in Korean a particle may follow it. */
function isNamed(name: string, text: string): boolean {
  if (name.trim() === '') return false;
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(name.trim())}(?![\\p{Script=Latin}\\p{N}])`, 'u').test(text);
}

/** The newest summary of chapters all of which the reader may read. */
function summaryOf({ anchor, summaries, mayRead }: KnowledgeSources, chapters: readonly ChapterSource[]): string {
  const closed = chapters.find(({ no }) => !mayRead(no))?.no ?? Number.POSITIVE_INFINITY;
  const usable = summaries
    .filter(({ no, cumulativeSummary }) => no <= anchor && no < closed && cumulativeSummary)
    .toSorted((a, b) => a.no - b.no);
  const whole = (usable.at(-1)?.cumulativeSummary ?? '').trim();
  if (whole.length <= SUMMARY_CHARS) return whole;
  // Its end, from the beginning of a sentence on.
  const end = whole.slice(-SUMMARY_CHARS).toWellFormed();
  return end.replace(/^[^.!?。…\n]*[.!?。…\n]["”’」』]*\s+/, '').trim();
}

const PIECES = 12;
const PIECE_CHARS = { min: 15, max: 180 };

/** What has happened in single sentences, the newest first. */
export function happened({ chapter, earlier, summary }: StoryKnowledge): string[] {
  const texts = [...earlier.map(({ text }) => text), summary === '' || earlier.length > 0 ? '' : summary];
  const sentences = [...texts, chapter?.text ?? ''].flatMap((text) =>
    text.split(/(?<=[.!?。…]["”’」』]?)\s+|\n+/).map((sentence) => sentence.trim()),
  );
  return [...new Set(sentences)]
    .filter(({ length }) => length >= PIECE_CHARS.min && length <= PIECE_CHARS.max)
    .toReversed()
    .slice(0, PIECES);
}
