import { and, asc, eq, gt, isNull, lte, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { storyChapters, storyEpisodeSummaries } from '../../db/tables/chapters.ts';
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

/** Whether a story goes on after a chapter. */
export async function goesOnAfter(db: Db, storyId: string, chapterNo: number): Promise<boolean> {
  const { storyId: ofStory, no } = storyChapters;
  const rows = await db
    .select({ no })
    .from(storyChapters)
    .where(and(eq(ofStory, storyId), gt(no, chapterNo)))
    .limit(1);
  return rows.length > 0;
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

/** Who reads a story, and the story. Nothing of a story that is deleted. */
export async function findReader(db: Db, userId: string, storyId: string) {
  const [row] = await db
    .select({ creatorId: stories.creatorId, title: stories.title, isAdmin: users.isAdmin })
    .from(stories)
    .leftJoin(users, eq(users.id, userId))
    .where(and(eq(stories.id, storyId), isNull(stories.deletedAt)));
  return row;
}

/** How many chapters and summaries there are up to a number, and when one of them changed last. */
export async function findStamp(db: Db, storyId: string, upTo: number) {
  const { storyId: chapterStory, no, updatedAt } = storyChapters;
  const s = storyEpisodeSummaries;
  const ofSummaries = sql`from ${s} where ${s.storyId} = ${storyId} and ${s.no} <= ${upTo}`;
  const [row] = await db
    .select({
      chapters: sql<number>`count(*)::int`,
      changedAt: sql<string | null>`max(${updatedAt})::text`,
      summaries: sql<number>`(select count(*)::int ${ofSummaries})`,
      summedAt: sql<string | null>`(select max(${s.updatedAt})::text ${ofSummaries})`,
    })
    .from(storyChapters)
    .where(and(eq(chapterStory, storyId), lte(no, upTo)));
  return row ?? { chapters: 0, changedAt: null, summaries: 0, summedAt: null };
}

/** One chapter, its text whole. */
export async function findChapter(db: Db, storyId: string, chapterNo: number) {
  const { storyId: ofStory, no, content } = storyChapters;
  const [row] = await db
    .select({ no, content })
    .from(storyChapters)
    .where(and(eq(ofStory, storyId), eq(no, chapterNo)));
  return row;
}

/** Where the thirds of each chapter begin, for the first chapters up to a number; the last ones first when asked so. */
export async function findThirds(
  db: Db,
  storyId: string,
  upTo: number,
  { limit, chars }: { limit: number; chars: number },
) {
  const { storyId: ofStory, no, title, content } = storyChapters;
  const third = sql`(length(${content}) / 3)`;
  const part = (index: number) => sql<string>`substr(${content}, ${third} * ${index} + 1, ${chars})`;
  return db
    .select({ no, title, length: sql<number>`length(${content})`, first: part(0), second: part(1), last: part(2) })
    .from(storyChapters)
    .where(and(eq(ofStory, storyId), lte(no, upTo)))
    .orderBy(asc(no))
    .limit(limit);
}

/** The name of a character of a story. */
export async function findNameInStory(db: Db, storyId: string, characterId: string): Promise<string | undefined> {
  const rows = await db
    .select({ name: characters.name })
    .from(characters)
    .where(and(eq(characters.id, characterId), eq(characters.originStoryId, storyId)));
  return rows[0]?.name;
}
