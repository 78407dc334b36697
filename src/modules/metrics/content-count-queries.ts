import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

type Count = (db: Db) => Promise<number>;

const one = async (db: Db, query: ReturnType<typeof sql>): Promise<number> =>
  (await db.execute<{ n: number }>(query))[0]?.n ?? 0;

/** Public characters that come from no story. */
export const countRegularCharacters: Count = (db) =>
  one(db, sql`select count(*)::int as n from characters where is_public and is_active and origin_story_id is null`);

/** Public characters of stories that lists show. */
export const countOrigchatCharacters: Count = (db) =>
  one(
    db,
    sql`select count(*)::int as n from characters c join stories s on s.id = c.origin_story_id
      where c.is_public and c.is_active and s.is_public and s.deleted_at is null`,
  );

/** Public stories to read: neither drawn nor played. */
export const countWebnovels: Count = (db) =>
  one(
    db,
    sql`select count(*)::int as n from stories where is_public and deleted_at is null and not is_webtoon and not is_origchat`,
  );
