import { and, asc, desc, eq, gt, gte, lt, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { chapterPurchases, storyChapters } from '../../db/tables/chapters.ts';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

export type ChapterRow = typeof storyChapters.$inferSelect;
type Columns = Partial<typeof storyChapters.$inferInsert>;

/**
 * Holds a story until the transaction ends, as everyone does who writes a chapter: one after the other. Whoever locks more
 * than one row locks the story first, then chapters, then the progress of the summaries.
 */
export async function holdStory(tx: Tx, id: string, { toDelete = false } = {}): Promise<void> {
  await tx
    .select({ id: stories.id })
    .from(stories)
    .where(eq(stories.id, id))
    .for(toDelete ? 'update' : 'no key update');
}

/** The inserted row; undefined when the number is taken. */
export async function insertChapter(tx: Tx, row: typeof storyChapters.$inferInsert): Promise<ChapterRow | undefined> {
  return (await tx.insert(storyChapters).values(row).onConflictDoNothing().returning())[0];
}

export async function findChapter(db: Db, id: string): Promise<ChapterRow | undefined> {
  return (await db.select().from(storyChapters).where(eq(storyChapters.id, id)))[0];
}

/** The row, held until the transaction ends, so that two edits come one after the other. */
export async function lockChapter(tx: Tx, id: string): Promise<ChapterRow | undefined> {
  return (await tx.select().from(storyChapters).where(eq(storyChapters.id, id)).for('no key update'))[0];
}

export async function updateChapterRow(tx: Tx, id: string, columns: Columns): Promise<ChapterRow | undefined> {
  const revision = sql`${storyChapters.revision} + 1`;
  return (
    await tx
      .update(storyChapters)
      .set({ ...columns, revision: revision as never })
      .where(eq(storyChapters.id, id))
      .returning()
  )[0];
}

/** Its summary goes with it. False when there was no such chapter any more. */
export async function deleteChapterRow(tx: Tx, id: string): Promise<boolean> {
  return (
    (await tx.delete(storyChapters).where(eq(storyChapters.id, id)).returning({ id: storyChapters.id })).length === 1
  );
}

export async function deleteChaptersOf(tx: Tx, storyId: string): Promise<void> {
  await tx.delete(storyChapters).where(eq(storyChapters.storyId, storyId));
}

type Page = { after: number | undefined; order: 'asc' | 'desc'; limit: number };

/**
 * The next chapters in an order, without the texts and images of those that are locked: numbers from `lockedFromNo` on
 * which `ownedNos` does not have.
 */
export async function findPage(
  db: Db,
  storyId: string,
  { after, order, limit }: Page,
  { lockedFromNo, ownedNos }: { lockedFromNo: number | null; ownedNos: readonly number[] },
) {
  const c = storyChapters;
  const locked =
    lockedFromNo === null
      ? sql<boolean>`false`
      : sql<boolean>`(${c.no} >= ${lockedFromNo} and ${c.no} <> all (${sql.param(ownedNos)}::int[]))`;
  const beyond = order === 'asc' ? gt : lt;
  return db
    .select({
      id: c.id,
      storyId: c.storyId,
      no: c.no,
      title: c.title,
      content: sql<string>`case when ${locked} then '' else ${c.content} end`,
      imageUrl: sql<string[] | null>`case when ${locked} then null else ${c.imageUrl} end`,
      viewCount: c.viewCount,
      createdAt: c.createdAt,
      updatedAt: c.updatedAt,
      locked,
    })
    .from(c)
    .where(and(eq(c.storyId, storyId), after === undefined ? undefined : beyond(c.no, after)))
    .orderBy(order === 'asc' ? asc(c.no) : desc(c.no))
    .limit(limit);
}

export async function hasChapterFrom(db: Db, storyId: string, no: number): Promise<boolean> {
  const c = storyChapters;
  const some = await db
    .select({ id: c.id })
    .from(c)
    .where(and(eq(c.storyId, storyId), gte(c.no, no)))
    .limit(1);
  return some.length === 1;
}

/** The numbers of a story's chapters that somebody bought. */
export async function findOwnedNos(db: Db, userId: string, storyId: string): Promise<number[]> {
  const p = chapterPurchases;
  const rows = await db
    .select({ no: p.chapterNo })
    .from(p)
    .where(and(eq(p.userId, userId), eq(p.storyId, storyId), eq(p.status, 'owned')))
    .orderBy(p.chapterNo);
  return rows.map(({ no }) => no);
}
