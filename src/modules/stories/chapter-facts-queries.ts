import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

const living = (id: string) => and(eq(stories.id, id), isNull(stories.deletedAt));

/** Holds a story until the transaction ends. False when there is none, or it is deleted. */
export async function holdStory(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.select({ id: stories.id }).from(stories).where(living(id)).for('no key update');
  return rows.length === 1;
}

/** One chapter more; false when there is no such story, or it is deleted. */
export async function addChapter(tx: Tx, id: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(stories)
    .set({
      chapterCount: sql`${stories.chapterCount} + 1`,
      lastChapterAt: sql`greatest(${stories.lastChapterAt}, ${at.toISOString()}::timestamptz)`,
    })
    .where(living(id))
    .returning({ id: stories.id });
  return rows.length === 1;
}

/** Counts a held story's chapters again. */
export async function recountChapters(tx: Tx, id: string): Promise<void> {
  await tx.execute(sql`
    update stories s set chapter_count = c.n, last_chapter_at = c.last, view_total = s.view_count + c.views
    from (select count(*)::int as n, max(created_at) as last, coalesce(sum(view_count), 0)::int as views
          from story_chapters where story_id = ${id}::uuid) c
    where s.id = ${id}::uuid`);
}

/** Sets whether a story can be played, where it differs. What was edited when does not change. */
export async function updateOrigchat(tx: Tx, id: string, value: boolean): Promise<void> {
  await tx
    .update(stories)
    .set({ isOrigchat: value })
    .where(and(living(id), ne(stories.isOrigchat, value)));
}
