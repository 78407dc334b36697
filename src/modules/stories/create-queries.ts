import { and, eq, isNull } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { stories, storyChapters, storyTags } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

export async function insertStoryRow(tx: Tx, row: typeof stories.$inferInsert): Promise<void> {
  await tx.insert(stories).values(row);
}

export async function insertChapterRows(tx: Tx, rows: (typeof storyChapters.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await tx.insert(storyChapters).values(rows);
}

export async function insertTagLinks(tx: Tx, storyId: string, tagIds: string[]): Promise<void> {
  if (tagIds.length > 0) await tx.insert(storyTags).values(tagIds.map((tagId) => ({ storyId, tagId })));
}

/** The newest living story of a person with this very title. */
export async function findByTitle(db: Db, creatorId: string, title: string): Promise<string | undefined> {
  const wanted = and(eq(stories.creatorId, creatorId), eq(stories.title, title), isNull(stories.deletedAt));
  return (await db.select({ id: stories.id }).from(stories).where(wanted).limit(1))[0]?.id;
}
