import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characterLikes, characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import { users } from '../../db/tables/users.ts';
import { tagNames } from './detail-queries.ts';
import type { ListFilter, Page, Search, Sort } from './list-filter.ts';

export type ItemRow = Awaited<ReturnType<typeof findPage>>[number];

/** What public lists show: public, not switched off, and from no story that is private or deleted. */
export const listed = sql`${characters.isPublic} and ${characters.isActive} and (${characters.originStoryId} is null or ${stories.isPublic})`;

const newest = [desc(characters.createdAt), desc(characters.id)];
/** Each is an index, read backwards. */
const orders: Record<Sort, SQL[]> = {
  likes: [desc(characters.likeCount), ...newest],
  chats: [desc(characters.chatCount), desc(characters.likeCount), ...newest],
  recent: newest,
};

const itemColumns = (viewerId: string | undefined) => ({
  id: characters.id,
  creatorId: characters.creatorId,
  name: characters.name,
  description: characters.description,
  greeting: characters.greeting,
  avatarUrl: characters.avatarUrl,
  sourceType: characters.sourceType,
  characterType: characters.characterType,
  maxTurns: characters.maxTurns,
  imageDescriptions: characters.imageDescriptions,
  tags: tagNames,
  chatCount: characters.chatCount,
  likeCount: characters.likeCount,
  originStoryId: characters.originStoryId,
  /** Null where the story may not be named. */
  storyTitle: sql<
    string | null
  >`case when ${stories.deletedAt} is null and (${stories.isPublic} or ${stories.creatorId} = ${viewerId ?? null}::uuid)
    then ${stories.title} end`,
  isPublic: characters.isPublic,
  createdAt: characters.createdAt,
  updatedAt: characters.updatedAt,
  creatorUsername: users.username,
  creatorAvatarUrl: users.avatarUrl,
});

/** One page of characters in one query: first the ids of the page, then what their entries show. */
export async function findPage(db: Db, filter: ListFilter, { skip, limit }: Page) {
  const order = orders[filter.sort];
  const page = db
    .select({ id: characters.id })
    .from(characters)
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(and(...conditionsOf(filter)))
    .orderBy(...order)
    .limit(limit)
    .offset(skip)
    .as('page');
  return db
    .select(itemColumns(filter.viewerId))
    .from(page)
    .innerJoin(characters, eq(characters.id, page.id))
    .innerJoin(users, eq(users.id, characters.creatorId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .orderBy(...order);
}

/** The entries of given characters, in no order. */
export async function findItems(db: Db, ids: string[], viewerId: string) {
  return db
    .select(itemColumns(viewerId))
    .from(characters)
    .innerJoin(users, eq(users.id, characters.creatorId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(inArray(characters.id, ids));
}

/** The entries of those of these characters that public lists show, in no order. */
export async function findListedItems(db: Db, ids: string[]) {
  return db
    .select(itemColumns(undefined))
    .from(characters)
    .innerJoin(users, eq(users.id, characters.creatorId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(and(inArray(characters.id, ids), listed));
}

/** What somebody likes and may still see, the last liked first. */
export async function findLikedPage(db: Db, userId: string, { skip, limit }: Page) {
  const page = db
    .select({
      id: characterLikes.characterId,
      at: characterLikes.createdAt,
      likeId: sql`${characterLikes.id}`.as('like_id'),
    })
    .from(characterLikes)
    .innerJoin(characters, eq(characters.id, characterLikes.characterId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .where(and(eq(characterLikes.userId, userId), listed))
    .orderBy(desc(characterLikes.createdAt), desc(characterLikes.id))
    .limit(limit)
    .offset(skip)
    .as('page');
  return db
    .select(itemColumns(userId))
    .from(page)
    .innerJoin(characters, eq(characters.id, page.id))
    .innerJoin(users, eq(users.id, characters.creatorId))
    .leftJoin(stories, eq(stories.id, characters.originStoryId))
    .orderBy(desc(page.at), desc(page.likeId));
}

function conditionsOf(filter: ListFilter): (SQL | undefined)[] {
  return [
    filter.everything ? undefined : listed,
    filter.creatorId === undefined ? undefined : eq(characters.creatorId, filter.creatorId),
    filter.sourceType === undefined ? undefined : eq(characters.sourceType, filter.sourceType),
    filter.types.length > 0 ? sql`${characters.characterType} = any(${sql.param(filter.types)}::text[])` : undefined,
    ...filter.tagIds.map((tagId) => hasTag(sql`= ${tagId}::uuid`)),
    filter.withoutTagIds.length > 0
      ? sql`not ${hasTag(sql`= any(${sql.param(filter.withoutTagIds)}::uuid[])`)}`
      : undefined,
    filter.only === 'origchat' ? sql`${characters.originStoryId} is not null` : undefined,
    filter.only === 'regular'
      ? sql`${characters.originStoryId} is null and ${characters.sourceType} <> 'IMPORTED'`
      : undefined,
    filter.search ? matches(filter.search) : undefined,
  ];
}

function hasTag(which: SQL): SQL {
  return sql`exists(select 1 from character_tags ct where ct.character_id = ${characters.id} and ct.tag_id ${which})`;
}

/**
 * The characters that a search finds (contract: name, description, creator, tags), or null when there are more than
 * `most`; the database's function says how.
 */
export async function findMatches(db: Db, search: string, most: number): Promise<string[] | null> {
  const [row] = await db.execute<{ ids: string[] | null }>(
    sql`select search_characters(${search}, ${most}::int) as ids`,
  );
  return row?.ids ?? null;
}

/** Known ids; for a word that is everywhere, a look at each row on the list's way (a subquery, so that it stays one). */
function matches({ text, ids }: Search): SQL {
  if (ids) return sql`${characters.id} = any(${sql.param(ids)}::uuid[])`;
  const [column, pattern] =
    [...text].length < 2
      ? [sql`s.name`, sql`substr(search_pattern(${text}), 2)`]
      : [sql`s.document`, sql`search_pattern(${text})`];
  // The case hides the pattern from the planner, which would expect next to nobody and sort everything.
  return sql`case when (select ${column} from character_searches s where s.character_id = ${characters.id}) like ${pattern}
    then true else false end`;
}
