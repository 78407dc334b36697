export type ChapterSummaryFacts = {
  /** The chapter, or the next part of a long one. */
  readonly text: string;
  /** What was told of the parts before; empty for the first. */
  readonly before: string;
  readonly maxChars: number;
};

export type ChapterRecapFacts = {
  /** The story up to the chapter before. */
  readonly before: string;
  /** What happens in this one. */
  readonly brief: string;
  readonly maxChars: number;
};

export type ChapterTextTasks = {
  'chapter.summary': ChapterSummaryFacts;
  'chapter.recap': ChapterRecapFacts;
};
