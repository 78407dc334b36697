import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

export type ContentType = 'character' | 'webnovel' | 'origchat';
export type ContentFilter = { type: ContentType | 'all'; search: string; isPublic: boolean | undefined };
export type ContentRow = {
  id: string;
  type: ContentType;
  name: string;
  creator_name: string;
  is_public: boolean;
  created_at: string;
};

const none = sql`true`;
const newest = sql`created_at desc, id desc`;

/** Characters that people made; those out of a story go with their story. */
function characters({ type, search, isPublic }: ContentFilter): SQL | undefined {
  if (type !== 'all' && type !== 'character') return undefined;
  return sql`select id, 'character' as type, name, creator_id, is_public, created_at from characters
    where origin_story_id is null and ${contains(sql`name`, search)} and ${switched(isPublic)}`;
}

function stories({ type, search, isPublic }: ContentFilter): SQL | undefined {
  if (type === 'character') return undefined;
  const kind = type === 'all' ? none : type === 'origchat' ? sql`is_origchat` : sql`not is_origchat`;
  return sql`select id, case when is_origchat then 'origchat' else 'webnovel' end as type, title as name, creator_id,
      is_public, created_at
    from stories where deleted_at is null and ${kind} and ${contains(sql`title`, search)} and ${switched(isPublic)}`;
}

function contains(column: SQL, search: string): SQL {
  return search === '' ? none : sql`${column} ilike ${`%${search.replace(/[\\%_]/g, '\\$&')}%`}`;
}

function switched(isPublic: boolean | undefined): SQL {
  return isPublic === undefined ? none : isPublic ? sql`is_public` : sql`not is_public`;
}

/** A page of both tables, newest first: of each only as many rows as the page can reach are sorted and carried on. */
export async function findContents(
  db: Db,
  filter: ContentFilter,
  { skip, limit }: { skip: number; limit: number },
): Promise<ContentRow[]> {
  const parts = [characters(filter), stories(filter)].flatMap((part) =>
    part ? [sql`(${part} order by ${newest} limit ${skip + limit}::int)`] : [],
  );
  return db.execute<ContentRow>(sql`
    select c.id, c.type, c.name, u.username as creator_name, c.is_public,
      to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at
    from (select * from (${sql.join(parts, sql` union all `)}) works
      order by ${newest} limit ${limit}::int offset ${skip}::int) c
    join users u on u.id = c.creator_id
    order by c.created_at desc, c.id desc`);
}

export async function countContents(db: Db, filter: ContentFilter): Promise<number> {
  const counts = [characters(filter), stories(filter)].flatMap((part) =>
    part ? [sql`(select count(*) from (${part}) part)`] : [],
  );
  const [row] = await db.execute<{ total: number }>(sql`select (${sql.join(counts, sql` + `)})::int as total`);
  return row?.total ?? 0;
}
