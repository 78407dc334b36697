import { and, asc, eq, isNull, lte, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { chapterPurchases, storyChapters } from '../../db/tables/chapters.ts';
import { characters } from '../../db/tables/characters.ts';
import { stories } from '../../db/tables/stories.ts';
import { storyExtractedCharacters } from '../../db/tables/story-cast.ts';
import { users } from '../../db/tables/users.ts';

const MAX_CHAPTERS = 2_000;
const MAX_CAST = 30;

/** A story that may be deleted already: its row stays. */
export async function findStory(db: Db, id: string) {
  const [row] = await db
    .select({ id: stories.id, title: stories.title, content: stories.content, deletedAt: stories.deletedAt })
    .from(stories)
    .where(eq(stories.id, id));
  return row;
}

/** Chapters up to a number, by number, with the beginning of the last few. */
export async function findChaptersUpTo(
  db: Db,
  storyId: string,
  upTo: number,
  { last, chars }: { last: number; chars: number },
) {
  const { no, title, content } = storyChapters;
  const fromEnd = sql`row_number() over (order by ${no} desc)`;
  return db
    .select({
      no,
      title,
      beginning: sql<string>`case when ${fromEnd} <= ${last} then left(${content}, ${chars}) else '' end`,
    })
    .from(storyChapters)
    .where(and(eq(storyChapters.storyId, storyId), lte(no, upTo)))
    .orderBy(asc(no))
    .limit(MAX_CHAPTERS);
}

/** Names of the persons that were found in a story. */
export async function findCast(db: Db, storyId: string): Promise<string[]> {
  const { name, orderIndex, id } = storyExtractedCharacters;
  const rows = await db
    .select({ name })
    .from(storyExtractedCharacters)
    .where(eq(storyExtractedCharacters.storyId, storyId))
    .orderBy(asc(orderIndex), asc(id))
    .limit(MAX_CAST);
  return rows.map((row) => row.name);
}

/** Who reads a story: its creator or an administrator, and which paid chapters are theirs. */
export async function findReader(db: Db, userId: string, storyId: string) {
  const owned = sql<number[]>`array(select ${chapterPurchases.chapterNo} from ${chapterPurchases} where
    ${chapterPurchases.userId} = ${userId} and ${chapterPurchases.storyId} = ${storyId} and ${chapterPurchases.status} = 'owned')`;
  const [row] = await db
    .select({ creatorId: stories.creatorId, title: stories.title, isAdmin: users.isAdmin, owned })
    .from(stories)
    .leftJoin(users, eq(users.id, userId))
    .where(and(eq(stories.id, storyId), isNull(stories.deletedAt)));
  return row;
}

/** The name of a character of a story. */
export async function findNameInStory(db: Db, storyId: string, characterId: string): Promise<string | undefined> {
  const rows = await db
    .select({ name: characters.name })
    .from(characters)
    .where(and(eq(characters.id, characterId), eq(characters.originStoryId, storyId)));
  return rows[0]?.name;
}
