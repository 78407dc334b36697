import { sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';

export type Totals = { characters: number; chats: number; likes: number; comments: number };

/** Sums over somebody's characters: all of them, or those that lists show. */
export async function findTotals(db: Db, userId: string, everything: boolean): Promise<Totals> {
  const [row] = await db.execute<Totals>(sql`
    select count(*)::int as characters, coalesce(sum(c.chat_count), 0)::int as chats,
      coalesce(sum(c.like_count), 0)::int as likes, coalesce(sum(c.comment_count), 0)::int as comments
    from characters c left join stories s on s.id = c.origin_story_id
    where c.creator_id = ${userId}::uuid
      and (${everything} or (c.is_public and c.is_active and (c.origin_story_id is null or s.is_public)))`);
  return row ?? { characters: 0, chats: 0, likes: 0, comments: 0 };
}

export type DayCounts = { date: string; likes: number; comments: number };

/** Likes and comments that somebody's characters got, by day in Seoul, up to today; days without any are there, too. */
export async function findDays(db: Db, userId: string, now: Date, days: number): Promise<DayCounts[]> {
  const today = sql`(${now.toISOString()}::timestamptz at time zone 'Asia/Seoul')::date`;
  const perDay = (table: 'character_likes' | 'character_comments') => sql`
    select (x.created_at at time zone 'Asia/Seoul')::date as day, count(*)::int as n
    from ${sql.identifier(table)} x join characters c on c.id = x.character_id
    where c.creator_id = ${userId}::uuid and x.created_at >= (${today} - ${days}::int) at time zone 'Asia/Seoul'
    group by 1`;
  const rows = await db.execute<DayCounts>(sql`
    with likes as (${perDay('character_likes')}), comments as (${perDay('character_comments')})
    select to_char(d, 'YYYY-MM-DD') as date, coalesce(l.n, 0) as likes, coalesce(m.n, 0) as comments
    from generate_series(${today} - ${days}::int + 1, ${today}, interval '1 day') d
    left join likes l on l.day = d::date left join comments m on m.day = d::date
    order by 1`);
  return [...rows];
}

/** What each of some people made and used: characters, and completed turns in their rooms. One query for all. */
export async function findUsage(db: Db, userIds: string[]) {
  if (userIds.length === 0) return new Map<string, { characters: number; chats: number }>();
  const rows = await db.execute<{ id: string; characters: number; chats: number }>(sql`
    select u.id, coalesce(c.n, 0)::int as characters, coalesce(r.n, 0)::int as chats
    from unnest(${sql.param(userIds)}::uuid[]) as u(id)
    left join (select creator_id, count(*) as n from characters where creator_id = any(${sql.param(userIds)}::uuid[]) group by 1) c
      on c.creator_id = u.id
    left join (select user_id, sum(turn_count) as n from rooms where user_id = any(${sql.param(userIds)}::uuid[]) group by 1) r
      on r.user_id = u.id`);
  return new Map(rows.map((row) => [row.id, row]));
}
