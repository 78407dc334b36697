import { and, asc, desc, eq, exists, gte, lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { storyChapters, storyEpisodeSummaries, storySummaryProgress } from '../../db/tables/chapters.ts';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

/**
 * From this chapter on the summaries are not true any more; of a story that was never told, none is. Whoever calls it holds
 * the story.
 */
export async function markStale(tx: Tx, storyId: string, no: number): Promise<void> {
  const p = storySummaryProgress;
  const c = storyChapters;
  const firstNo = sql`least(${no}, (select min(${c.no}) from ${c} where ${c.storyId} = ${storyId}))`;
  await tx
    .insert(p)
    .values({ storyId, staleFromNo: firstNo as never })
    .onConflictDoUpdate({ target: p.storyId, set: { staleFromNo: sql`least(${p.staleFromNo}, ${no})` } });
}

export async function deleteSummary(tx: Tx, chapterId: string): Promise<void> {
  await tx.delete(storyEpisodeSummaries).where(eq(storyEpisodeSummaries.chapterId, chapterId));
}

export async function deleteProgress(tx: Tx, storyId: string): Promise<void> {
  await tx.delete(storySummaryProgress).where(eq(storySummaryProgress.storyId, storyId));
}

export type NextToTell = NonNullable<Awaited<ReturnType<typeof findNext>>>;

/** The next chapter of a story to tell: its text, or what was told of it, and the story before it. */
export async function findNext(db: Db, storyId: string) {
  const c = storyChapters;
  const s = storyEpisodeSummaries;
  const p = storySummaryProgress;
  const before = db
    .select({ cumulative: s.cumulativeSummary })
    .from(s)
    .where(and(eq(s.storyId, storyId), lt(s.no, c.no)))
    .orderBy(desc(s.no))
    .limit(1);
  const [row] = await db
    .select({
      staleFromNo: p.staleFromNo,
      id: c.id,
      no: c.no,
      // A brief that stands was made of this very text.
      content: sql<string>`case when ${s.id} is null then ${c.content} else '' end`,
      shortBrief: s.shortBrief,
      anchorExcerpt: s.anchorExcerpt,
      before: sql<string | null>`(${before})`,
    })
    .from(p)
    .innerJoin(c, and(eq(c.storyId, p.storyId), gte(c.no, p.staleFromNo)))
    .leftJoin(s, eq(s.chapterId, c.id))
    .where(eq(p.storyId, storyId))
    .orderBy(asc(c.no))
    .limit(1);
  return row;
}

/** Stories with chapters that were not told, at most `limit`. */
export async function findUntold(db: Db, limit: number): Promise<string[]> {
  const p = storySummaryProgress;
  const c = storyChapters;
  const untold = db
    .select({ id: c.id })
    .from(c)
    .where(and(eq(c.storyId, p.storyId), gte(c.no, p.staleFromNo)));
  return (await db.select({ id: p.storyId }).from(p).where(exists(untold)).limit(limit)).map(({ id }) => id);
}

/** Nobody writes chapters of this story until the transaction ends. */
export async function keepWritersOut(tx: Tx, storyId: string): Promise<void> {
  await tx.select({ id: stories.id }).from(stories).where(eq(stories.id, storyId)).for('share');
}

/** Says that the summaries are true up to `nextNo`; false when another job said so first. */
export async function moveOn(tx: Tx, storyId: string, staleFromNo: number, nextNo: number): Promise<boolean> {
  const p = storySummaryProgress;
  const rows = await tx
    .update(p)
    .set({ staleFromNo: nextNo })
    .where(and(eq(p.storyId, storyId), eq(p.staleFromNo, staleFromNo)))
    .returning({ storyId: p.storyId });
  return rows.length === 1;
}

export async function saveSummary(tx: Tx, row: typeof storyEpisodeSummaries.$inferInsert): Promise<void> {
  await tx
    .insert(storyEpisodeSummaries)
    .values(row)
    .onConflictDoUpdate({
      target: storyEpisodeSummaries.chapterId,
      set: { cumulativeSummary: row.cumulativeSummary, updatedAt: row.updatedAt },
    });
}
