import { and, desc, gte, isNotNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { stories } from '../../db/tables/stories.ts';
import { listed } from './list-queries.ts';

/** Stories that can be dived into: public ones with a cover and enough episodes, no webtoons; the most read of them. */
export async function findCandidates(db: Db, { minEpisodes, most }: { minEpisodes: number; most: number }) {
  return db
    .select({ id: stories.id, chapterCount: stories.chapterCount, viewTotal: stories.viewTotal })
    .from(stories)
    .where(and(listed, sql`not is_webtoon`, isNotNull(stories.coverUrl), gte(stories.chapterCount, minEpisodes)))
    .orderBy(desc(stories.viewTotal), desc(stories.id))
    .limit(most);
}
