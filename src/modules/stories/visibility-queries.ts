import { and, eq, isNull, sql } from 'drizzle-orm';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

/** Sets visibility to a value, or to the other one. Undefined when there is no such story, or no more. */
export async function updateVisibility(tx: Tx, id: string, isPublic: boolean | undefined, now: Date) {
  const { title, creatorId, isOrigchat } = stories;
  const rows = await tx
    .update(stories)
    .set({
      isPublic: (isPublic ?? sql`not ${stories.isPublic}`) as boolean,
      version: sql`${stories.version} + 1`,
      updatedAt: now,
    })
    .where(and(eq(stories.id, id), isNull(stories.deletedAt)))
    .returning({ id: stories.id, title, creatorId, isOrigchat, isPublic: stories.isPublic });
  return rows[0];
}
