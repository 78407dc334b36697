import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import { storyLikes } from '../../db/tables/story-social.ts';
import { users } from '../../db/tables/users.ts';
import type { ListFilter, Page, Search, Sort } from './list-filter.ts';

export type ItemRow = Awaited<ReturnType<typeof findItems>>[number];
export type PersonJson = {
  id: string;
  character_id: string;
  name: string;
  initial: string | null;
  avatar_url: string | null;
};

const EXCERPT_SOURCE_CHARS = 600;

/** What public lists show; a deleted story is private. */
export const listed = sql`${stories.isPublic}`;

/** Each is an index, read backwards. */
const orders: Record<Sort, SQL[]> = {
  likes: [desc(stories.likeCount), desc(stories.createdAt), desc(stories.id)],
  views: [desc(stories.viewTotal), desc(stories.likeCount), desc(stories.createdAt), desc(stories.id)],
  news: [sql`coalesce(${stories.lastChapterAt}, ${stories.updatedAt}) desc`, desc(stories.id)],
  age: [desc(stories.createdAt), desc(stories.id)],
};

/** Slugs of a story's tags, without layout marks. */
export const tagSlugs = sql<string[]>`array(
  select t.slug::text from story_tags st join tags t on t.id = st.tag_id
  where st.story_id = ${stories.id} and t.slug not like 'cover:%' order by t.slug)`;

/** The persons of a story whose characters everybody may see, in their order. */
const persons = sql<PersonJson[]>`coalesce((
  select jsonb_agg(jsonb_build_object('id', e.id, 'character_id', c.id, 'name', e.name, 'initial', e.initial,
    'avatar_url', coalesce(e.avatar_url, c.avatar_url)) order by e.order_index, e.created_at, e.id)
  from story_extracted_characters e join characters c on c.id = e.character_id
  where e.story_id = ${stories.id} and c.is_public and c.is_active), '[]')`;

/** The name of the story's character, where everybody may see it, or it is the viewer's own. */
export const characterName = (viewerId: string | null) => sql<string | null>`(
  select c.name from characters c where c.id = ${stories.characterId}
    and (c.is_public and c.is_active or c.creator_id = ${viewerId}::uuid))`;

const itemColumns = (viewerId: string | undefined) => ({
  id: stories.id,
  creatorId: stories.creatorId,
  title: stories.title,
  genre: stories.genre,
  isPublic: stories.isPublic,
  isOrigchat: stories.isOrigchat,
  isWebtoon: stories.isWebtoon,
  likeCount: stories.likeCount,
  viewTotal: stories.viewTotal,
  commentCount: stories.commentCount,
  createdAt: stories.createdAt,
  updatedAt: stories.updatedAt,
  creatorUsername: users.username,
  creatorAvatarUrl: users.avatarUrl,
  characterName: characterName(viewerId ?? null),
  coverUrl: stories.coverUrl,
  beginning: sql<string>`left(coalesce(${stories.summary}, ${stories.content}), ${EXCERPT_SOURCE_CHARS}::int)`,
  tags: tagSlugs,
  chapterCount: stories.chapterCount,
  lastChapterAt: stories.lastChapterAt,
  persons,
});

/** One page of stories in one query: first the ids of the page, then what their entries show. */
export async function findPage(db: Db, filter: ListFilter, { skip, limit }: Page) {
  const order = orders[filter.sort];
  const page = db
    .select({ id: stories.id })
    .from(stories)
    .where(and(...conditionsOf(filter)))
    .orderBy(...order)
    .limit(limit)
    .offset(skip)
    .as('page');
  return db
    .select(itemColumns(filter.viewerId))
    .from(page)
    .innerJoin(stories, eq(stories.id, page.id))
    .innerJoin(users, eq(users.id, stories.creatorId))
    .orderBy(...order);
}

/** How many stories fit, counted up to `most`; what is searched everywhere is looked for in one go then. */
export async function countMatches(db: Db, filter: ListFilter, most?: number): Promise<number> {
  const { search, ...others } = filter;
  const everywhere = search && !search.ids ? contains(search.text) : undefined;
  const fits = db
    .select({ one: sql`1` })
    .from(stories)
    .where(and(...conditionsOf(everywhere ? others : filter), everywhere));
  const found = most === undefined ? fits : fits.limit(most);
  const [row] = await db.execute<{ n: number }>(sql`select count(*)::int as n from (${found}) as found`);
  return row?.n ?? 0;
}

/** The entries of given stories that lists show, in no order. */
export async function findItems(db: Db, ids: string[]) {
  return db
    .select(itemColumns(undefined))
    .from(stories)
    .innerJoin(users, eq(users.id, stories.creatorId))
    .where(and(inArray(stories.id, ids), listed));
}

/** What somebody likes and lists show, without webtoons; the last liked first. */
export async function findLikedPage(db: Db, userId: string, { skip, limit }: Page) {
  const page = db
    .select({ id: storyLikes.storyId, at: storyLikes.createdAt, likeId: sql`${storyLikes.id}`.as('like_id') })
    .from(storyLikes)
    .innerJoin(stories, eq(stories.id, storyLikes.storyId))
    .where(and(eq(storyLikes.userId, userId), listed, eq(stories.isWebtoon, false)))
    .orderBy(desc(storyLikes.createdAt), desc(storyLikes.id))
    .limit(limit)
    .offset(skip)
    .as('page');
  return db
    .select(itemColumns(userId))
    .from(page)
    .innerJoin(stories, eq(stories.id, page.id))
    .innerJoin(users, eq(users.id, stories.creatorId))
    .orderBy(desc(page.at), desc(page.likeId));
}

function conditionsOf(filter: ListFilter): (SQL | undefined)[] {
  return [
    filter.everything ? sql`${stories.deletedAt} is null` : listed,
    filter.creatorId === undefined ? undefined : eq(stories.creatorId, filter.creatorId),
    filter.genre === undefined ? undefined : eq(stories.genre, filter.genre),
    filter.tagIds ? hasTag(filter.tagIds) : undefined,
    filter.only === undefined ? undefined : eq(stories.isOrigchat, filter.only === 'origchat'),
    filter.search ? matches(filter.search) : undefined,
    filter.ownSearch === undefined ? undefined : matchesOwn(filter.ownSearch),
  ];
}

function hasTag(ids: string[]): SQL {
  return sql`exists(select 1 from story_tags st where st.story_id = ${stories.id} and st.tag_id = any(${sql.param(ids)}::uuid[]))`;
}

/** The stories that a search finds, or null when there are more than `most`; the database's function says how. */
export async function findMatches(db: Db, search: string, most: number): Promise<string[] | null> {
  const [row] = await db.execute<{ ids: string[] | null }>(sql`select search_stories(${search}, ${most}::int) as ids`);
  return row?.ids ?? null;
}

/** Known ids; for a word that is everywhere, a look at each row on the list's way (a subquery, so that it stays one). */
function matches({ text, ids }: Search): SQL {
  if (ids) return sql`${stories.id} = any(${sql.param(ids)}::uuid[])`;
  const { column, pattern } = searched(text);
  // The case hides the pattern from the planner, which would expect next to nobody and sort everything.
  return sql`case when (select ${column} from story_searches x where x.story_id = ${stories.id}) like ${pattern}
    then true else false end`;
}

/** The same as a join, for counting: most rows have to be looked at anyway. */
function contains(text: string): SQL {
  const { column, pattern } = searched(text);
  return sql`exists(select 1 from story_searches x where x.story_id = ${stories.id} and ${column} like ${pattern})`;
}

/** One letter is looked for at the beginning of titles, more anywhere. */
function searched(text: string): { column: SQL; pattern: SQL } {
  return [...text].length < 2
    ? { column: sql`x.title`, pattern: sql`substr(search_pattern(${text}), 2)` }
    : { column: sql`x.document`, pattern: sql`search_pattern(${text})` };
}

/** One's own stories are few: all of their text is looked through, and the name of their character. */
function matchesOwn(text: string): SQL {
  const pattern = sql`search_pattern(${text})`;
  return sql`(search_fold(${stories.content}) like ${pattern}
    or exists(select 1 from story_searches x where x.story_id = ${stories.id} and x.document like ${pattern})
    or exists(select 1 from ${characters} c where c.id = ${stories.characterId} and search_fold(c.name) like ${pattern}))`;
}
