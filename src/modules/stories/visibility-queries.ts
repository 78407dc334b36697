import { and, eq, isNull, sql } from 'drizzle-orm';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

/**
 * Sets visibility to a value, or to the other one. No edit: the story keeps its date, and does not come first in lists of
 * what is new; but who edits it at the moment is told. Undefined when there is no such story, or no more.
 */
export async function updateVisibility(tx: Tx, id: string, isPublic: boolean | undefined) {
  const next = isPublic === undefined ? sql<boolean>`not ${stories.isPublic}` : sql<boolean>`${isPublic}::boolean`;
  const { title, creatorId } = stories;
  const rows = await tx
    .update(stories)
    .set({ isPublic: next, version: sql`${stories.version} + (${stories.isPublic} <> ${next})::int` })
    .where(and(eq(stories.id, id), isNull(stories.deletedAt)))
    .returning({ id: stories.id, title, creatorId, isPublic: stories.isPublic });
  return rows[0];
}
