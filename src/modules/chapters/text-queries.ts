import { and, asc, desc, eq, gte, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { storyChapters, storyEpisodeSummaries, storySummaryProgress } from '../../db/tables/chapters.ts';

type Range = { fromNo?: number; upToNo?: number };

const within = (storyId: string, { fromNo, upToNo }: Range) =>
  and(
    eq(storyChapters.storyId, storyId),
    fromNo === undefined ? undefined : gte(storyChapters.no, fromNo),
    upToNo === undefined ? undefined : lte(storyChapters.no, upToNo),
  );

/** The first `limit` chapters of a range, by number. */
export async function findTexts(db: Db, storyId: string, range: Range, limit: number) {
  const { id, no, title, content } = storyChapters;
  return db
    .select({ id, no, title, content })
    .from(storyChapters)
    .where(within(storyId, range))
    .orderBy(asc(no))
    .limit(limit);
}

/** The last `limit` summaries up to a number, by number. A cumulative summary that is out of date is null. */
export async function findSummaries(db: Db, storyId: string, upTo: number, limit: number) {
  const s = storyEpisodeSummaries;
  const p = storySummaryProgress;
  const rows = await db
    .select({
      no: s.no,
      shortBrief: s.shortBrief,
      anchorExcerpt: s.anchorExcerpt,
      cumulativeSummary: sql<
        string | null
      >`case when ${or(isNull(p.staleFromNo), lt(s.no, p.staleFromNo))} then ${s.cumulativeSummary} end`,
    })
    .from(s)
    .leftJoin(p, eq(p.storyId, s.storyId))
    .where(and(eq(s.storyId, storyId), lte(s.no, upTo)))
    .orderBy(desc(s.no))
    .limit(limit);
  return rows.reverse();
}
