import { eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Db } from '../../db/client.ts';
import { characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import { users } from '../../db/tables/users.ts';

export type DialogueJson = {
  id: string;
  user_message: string;
  character_response: string;
  order_index: number;
  created_at: string;
};
export type DetailRow = NonNullable<Awaited<ReturnType<typeof findDetail>>>;

const storyCreators = alias(users, 'story_creators');

/** Names of a character's tags, each once, without layout marks. */
export const tagNames = sql<string[]>`array(
  select distinct t.name::text from character_tags ct join tags t on t.id = ct.tag_id
  where ct.character_id = ${characters.id} and t.slug not like 'cover:%' order by 1)`;

const dialogues = sql<DialogueJson[]>`coalesce((
  select jsonb_agg(jsonb_build_object('id', d.id, 'user_message', d.user_message, 'character_response', d.character_response,
    'order_index', d.order_index, 'created_at', d.created_at) order by d.order_index, d.id)
  from character_example_dialogues d where d.character_id = ${characters.id}), '[]')`;

/** All of a character that its page shows, in one query. */
export async function findDetail(db: Db, id: string, viewerId: string | null) {
  const [row] = await db
    .select({
      character: characters,
      creatorUsername: users.username,
      creatorAvatarUrl: users.avatarUrl,
      storyCreatorId: stories.creatorId,
      storyIsPublic: stories.isPublic,
      storyDeletedAt: stories.deletedAt,
      storyTitle: stories.title,
      storyCover: stories.coverUrl,
      storyLikes: stories.likeCount,
      storyViews: stories.viewTotal,
      storyExcerpt: sql<string | null>`left(${stories.content}, 140)`,
      storyCreator: storyCreators.username,
      tags: tagNames,
      dialogues,
      isLiked: sql<boolean>`exists(select 1 from character_likes l where l.character_id = ${characters.id} and l.user_id = ${viewerId}::uuid)`,
    })
    .from(characters)
    .innerJoin(users, eq(users.id, characters.creatorId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .leftJoin(storyCreators, eq(storyCreators.id, stories.creatorId))
    .where(eq(characters.id, id));
  return row;
}
