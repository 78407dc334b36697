import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { stories } from '../../db/tables/stories.ts';
import type { Tx } from '../../db/tx.ts';

const living = (id: string) => and(eq(stories.id, id), isNull(stories.deletedAt));

/** What decides who may see and change a story; a deleted one has none. */
export async function findStoryAccess(db: Db, id: string) {
  const { id: _id, creatorId, isPublic, likeCount } = stories;
  return (await db.select({ id: _id, creatorId, isPublic, likeCount }).from(stories).where(living(id)))[0];
}

/** Keeps a story from being deleted until the transaction ends. False when it is. */
export async function keepRow(tx: Tx, id: string): Promise<boolean> {
  return (await tx.select({ id: stories.id }).from(stories).where(living(id)).for('key share')).length === 1;
}

export async function lockCover(tx: Tx, id: string) {
  const { creatorId, coverUrl } = stories;
  return (await tx.select({ creatorId, coverUrl }).from(stories).where(living(id)).for('no key update'))[0];
}

export async function updateCover(tx: Tx, id: string, coverUrl: string | null, now: Date): Promise<void> {
  await tx
    .update(stories)
    .set({ coverUrl, updatedAt: now, version: sql`${stories.version} + 1` })
    .where(living(id));
}
