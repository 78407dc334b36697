import { and, eq, isNull } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { stories } from '../../db/tables/stories.ts';

/** What a search reads of the story itself; undefined when it is deleted. */
export async function findStoryToSearch(db: Db, id: string) {
  const { id: storyId, creatorId, title, content } = stories;
  const rows = await db
    .select({ id: storyId, creatorId, title, content })
    .from(stories)
    .where(and(eq(stories.id, id), isNull(stories.deletedAt)));
  return rows[0];
}
