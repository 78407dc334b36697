import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../db/client.ts';
import { metricChatters, metricDays, metricTops } from '../../db/tables/metrics.ts';
import type { Tx } from '../../db/tx.ts';

/** Days in SQL are YYYY-MM-DD, of Seoul; instants are ISO. */
type Span = { from: Date; to: Date };
export type Traffic = { dauChat: number; wauChat: number; mauChat: number; newUsers: number; userMessages: number };

const seoul = (instant: SQL) => sql`(${instant} at time zone 'Asia/Seoul')::date`;

/**
 * Who wrote how much on which day, from the messages themselves. What a branch copied from an older room is older than
 * its room, and was counted there.
 */
const chattersOf = ({ from, to }: Span) => sql`
  select ${seoul(sql`m.created_at`)} as day, r.user_id, count(*)::int as messages
  from messages m join rooms r on r.id = m.room_id
  where m.part = 'user' and m.created_at >= ${from.toISOString()}::timestamptz
    and m.created_at < ${to.toISOString()}::timestamptz and m.created_at >= r.created_at
  group by 1, 2`;

/** One row of sums for a day over chatters of its last 30 days; each person is looked at once. */
const sumsOf = (day: string, newUsers: Span, chatters: SQL) => sql`
  select count(*) filter (where last = ${day}::date)::int as "dauChat",
    count(*) filter (where last > ${day}::date - 7)::int as "wauChat",
    count(*)::int as "mauChat",
    (select count(*)::int from users where created_at >= ${newUsers.from.toISOString()}::timestamptz
      and created_at < ${newUsers.to.toISOString()}::timestamptz) as "newUsers",
    coalesce(sum(today), 0)::int as "userMessages"
  from (
    select user_id, max(day) as last, sum(messages) filter (where day = ${day}::date) as today
    from (${chatters}) chatters group by user_id
  ) people`;

const storedChatters = (day: string) => sql`
  select day, user_id, messages from metric_chatters where day > ${day}::date - 30 and day <= ${day}::date`;

/** The traffic of a finished day as it was written down. */
export async function findDay(db: Db, day: string): Promise<Traffic | undefined> {
  const { dauChat, wauChat, mauChat, newUsers, userMessages } = metricDays;
  const [row] = await db
    .select({ dauChat, wauChat, mauChat, newUsers, userMessages })
    .from(metricDays)
    .where(eq(metricDays.day, day));
  return row;
}

/** The last day that is written down; the ones before it are, too. */
export async function findLastDay(db: Db): Promise<string | undefined> {
  return (await db.select({ day: metricDays.day }).from(metricDays).orderBy(desc(metricDays.day)).limit(1))[0]?.day;
}

/** The traffic of a day whose end is not written down: stored days, and the messages since. */
export async function countTraffic(db: Db, day: string, today: Span, unstored: Span): Promise<Traffic> {
  const chatters = sql`${storedChatters(day)} union all select * from (${chattersOf(unstored)}) live`;
  const [row] = await db.execute<Traffic>(sumsOf(day, today, chatters));
  return row ?? { dauChat: 0, wauChat: 0, mauChat: 0, newUsers: 0, userMessages: 0 };
}

/** Writes a finished day down. Done twice, it is done once; in order, so that two at once wait for each other. */
export async function storeDay(tx: Tx, day: string, span: Span, at: Date): Promise<void> {
  await tx.execute(sql`
    insert into metric_chatters (day, user_id, messages) ${chattersOf(span)} order by 1, 2
    on conflict (day, user_id) do nothing`);
  await tx.execute(sql`
    insert into metric_days (day, dau_chat, wau_chat, mau_chat, new_users, user_messages, rolled_up_at)
    select ${day}::date, sums.*, ${at.toISOString()}::timestamptz from (${sumsOf(day, span, storedChatters(day))}) sums
    on conflict (day) do nothing`);
}

/** Writes down who was written to most on a finished day: by people, then by messages. */
export async function storeTops(tx: Tx, day: string, { from, to }: Span, most: number): Promise<void> {
  await tx.execute(sql`
    insert into metric_tops (day, kind, place, character_id)
    select ${day}::date, kind, place, character_id from (
      select kind, character_id,
        row_number() over (partition by kind order by people desc, messages desc, character_id) as place
      from (
        select case when c.origin_story_id is null then 'character' else 'origchat' end as kind, r.character_id,
          count(distinct r.user_id) as people, count(*) as messages
        from messages m join rooms r on r.id = m.room_id join characters c on c.id = r.character_id
        where m.part = 'user' and m.created_at >= ${from.toISOString()}::timestamptz
          and m.created_at < ${to.toISOString()}::timestamptz and m.created_at >= r.created_at
        group by 1, 2
      ) counted
    ) ranked
    where place <= ${most}::int
    on conflict (day, kind, place) do nothing`);
}

/** The characters of the last day that is written down, the most written to first. */
export async function findTops(db: Db, kind: 'character' | 'origchat'): Promise<string[]> {
  const rows = await db
    .select({ id: metricTops.characterId })
    .from(metricTops)
    .where(and(eq(metricTops.kind, kind), eq(metricTops.day, sql`(select max(day) from metric_days)`)))
    .orderBy(metricTops.place);
  return rows.map(({ id }) => id);
}

/** When the first account was opened, and so the first day that may have had traffic. */
export async function findFirstUserAt(db: Db): Promise<Date | undefined> {
  const [row] = await db.execute<{ at: string | null }>(sql`select min(created_at) as at from users`);
  return row?.at ? new Date(row.at) : undefined;
}

/** Forgets who chatted before a day, and with whom; the sums stay. */
export async function forgetChatters(db: Db, before: string): Promise<void> {
  await db.delete(metricChatters).where(lt(metricChatters.day, before));
  await db.delete(metricTops).where(lt(metricTops.day, before));
}
