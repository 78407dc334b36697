import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { stories } from '../../db/tables/stories.ts';
import { users } from '../../db/tables/users.ts';
import { characterName, tagSlugs } from './list-queries.ts';

export type DetailRow = NonNullable<Awaited<ReturnType<typeof findDetail>>>;

/** All of a story that its page shows, in one query; a deleted one is none. */
export async function findDetail(db: Db, id: string, viewerId: string | null) {
  const [row] = await db
    .select({
      story: stories,
      creatorUsername: users.username,
      creatorAvatarUrl: users.avatarUrl,
      characterName: characterName(viewerId),
      tags: tagSlugs,
      views: sql<number>`(${stories.viewCount} + coalesce((
        select sum(c.view_count) from story_chapters c where c.story_id = ${stories.id}), 0))::int`,
      isLiked: sql<boolean>`exists(select 1 from story_likes l where l.story_id = ${stories.id} and l.user_id = ${viewerId}::uuid)`,
    })
    .from(stories)
    .innerJoin(users, eq(users.id, stories.creatorId))
    .where(and(eq(stories.id, id), isNull(stories.deletedAt)));
  return row;
}
