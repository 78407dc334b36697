import { and, eq, exists, isNull, notLike, sql } from 'drizzle-orm';
import { stories, storyTags } from '../../db/tables/stories.ts';
import { tags } from '../../db/tables/tags.ts';
import type { Tx } from '../../db/tx.ts';

export type StoryRow = typeof stories.$inferSelect;
type Columns = Partial<typeof stories.$inferInsert>;

const living = (id: string) => and(eq(stories.id, id), isNull(stories.deletedAt));

export async function insertStoryRow(tx: Tx, row: typeof stories.$inferInsert): Promise<void> {
  await tx.insert(stories).values(row);
}

/** The row of a story that is not deleted, held until the transaction ends, so that two edits come one after the other. */
export async function lockStory(tx: Tx, id: string): Promise<StoryRow | undefined> {
  return (await tx.select().from(stories).where(living(id)).for('no key update'))[0];
}

/** The same, and whatever would refer to it waits, too. */
export async function lockStoryAlone(tx: Tx, id: string): Promise<StoryRow | undefined> {
  return (await tx.select().from(stories).where(living(id)).for('update'))[0];
}

/** Writes columns of a held story that no edit sends. */
export async function updateStoryRow(tx: Tx, id: string, columns: Columns): Promise<void> {
  await tx.update(stories).set(columns).where(eq(stories.id, id));
}

/** An edit of a held story: its version goes up. */
export async function editStoryRow(tx: Tx, id: string, columns: Columns): Promise<void> {
  await tx
    .update(stories)
    .set({ ...columns, version: sql`${stories.version} + 1` })
    .where(eq(stories.id, id));
}

/** Links a story with these tags and no others; layout marks stay. Changes only what differs. */
export async function replaceTagLinks(tx: Tx, storyId: string, tagIds: string[]): Promise<void> {
  const visible = tx
    .select({ one: sql`1` })
    .from(tags)
    .where(and(eq(tags.id, storyTags.tagId), notLike(tags.slug, 'cover:%')));
  await tx
    .delete(storyTags)
    .where(
      and(
        eq(storyTags.storyId, storyId),
        sql`${storyTags.tagId} <> all (${sql.param(tagIds)}::uuid[])`,
        exists(visible),
      ),
    );
  if (tagIds.length === 0) return;
  await tx
    .insert(storyTags)
    .values(tagIds.map((tagId) => ({ storyId, tagId })))
    .onConflictDoNothing();
}

/**
 * Deletes a story with every row that refers to it, in whatever table, and leaves a tombstone under its id. Characters
 * that come out of it refer to that.
 */
export async function replaceByTombstone(
  tx: Tx,
  { id, creatorId, createdAt }: Pick<StoryRow, 'id' | 'creatorId' | 'createdAt'>,
  now: Date,
): Promise<void> {
  await tx.execute(sql`set constraints characters_origin_story_id_stories_id_fk deferred`);
  await tx.delete(stories).where(eq(stories.id, id));
  await tx.insert(stories).values({
    ...{ id, creatorId, title: '', content: '', isPublic: false },
    ...{ createdAt, updatedAt: now, deletedAt: now },
  });
}
