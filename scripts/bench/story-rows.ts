import { sql } from 'drizzle-orm';
import type { Ctx } from '../../src/context.ts';
import { commonWords, rareWords } from './character-rows.ts';

const USERS = 1_000;
const TAGS = 60;
const GENRES = ['로맨스', '판타지', '무협', 'SF', '미스터리', '공포', '드라마', '모험'];
/** Every so many-th story has chapters, and so many of them. */
const WITH_CHAPTERS_EVERY = 10;
const CHAPTERS = 12;

/** A word, the first ones far more often than the last. */
const word = sql`words[1 + floor(power(random(), 4) * cardinality(words))::int]`;

/**
 * Fills a database with stories as a busy service has them: words of very different frequency, few popular ones, four tags
 * each, every twentieth private, every tenth with chapters and persons. Quick, since triggers rest meanwhile.
 */
export async function fillStories(ctx: Ctx, count: number): Promise<void> {
  await ctx.db.transactions.transaction(
    async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(sql`set local statement_timeout = 0`);
      await tx.execute(sql`select setseed(0.42)`);
      await tx.execute(sql`
        insert into users (id, email, username, password_hash, gender)
        select gen_random_uuid(), 'teller' || n || '@bench.example', 'teller' || n, 'x', 'female' from generate_series(1, ${USERS}::int) n`);
      await tx.execute(sql`
        insert into tags (id, name, slug, created_at)
        select gen_random_uuid(), '작품' || n, '작품' || n, now() from generate_series(1, ${TAGS}::int) n`);
      await insertStories(tx, count);
      await tx.execute(sql`
        insert into story_tags (story_id, tag_id)
        select distinct s.id, t.ids[1 + floor(power(random(), 2) * ${TAGS}::int)::int]
        from stories s, (select array_agg(id order by slug) as ids from tags where slug like '작품%') t, generate_series(1, 4)`);
      await insertChapters(tx);
      const [index] = await tx.execute<{ ddl: string }>(
        sql`select pg_get_indexdef('story_searches_grams'::regclass) as ddl`,
      );
      await tx.execute(sql`drop index story_searches_grams`);
      await tx.execute(sql`select refresh_story_searches(array_agg(id)) from stories`);
      await tx.execute(sql.raw(index?.ddl ?? ''));
    },
    { accessMode: 'read write' },
  );
  await tidy(ctx);
}

const FILLED = [
  'stories',
  'story_searches',
  'story_tags',
  'story_chapters',
  'story_extracted_characters',
  'users',
  'tags',
];

/** What autovacuum does on a service that runs: counting a list then needs its index alone. */
async function tidy(ctx: Ctx): Promise<void> {
  const tables = sql.raw(FILLED.join(', '));
  await ctx.db.transactions.transaction(
    async (tx) => {
      await tx.execute(sql`set local statement_timeout = 0`);
      await tx.execute(sql`analyze ${tables}`);
    },
    { accessMode: 'read write' },
  );
  await ctx.db.pool.execute(sql`vacuum ${tables}`);
}

async function insertStories(tx: Pick<Ctx['db']['pool'], 'execute'>, count: number): Promise<void> {
  await tx.execute(sql`
    insert into stories (id, creator_id, title, content, genre, keywords, cover_url, is_public, is_webtoon, is_origchat,
      like_count, view_count, view_total, chapter_count, last_chapter_at, created_at, updated_at)
    select gen_random_uuid(), u.ids[1 + n % ${USERS}::int], ${word} || ' ' || ${word} || ' ' || n,
      concat_ws(' ', ${sql.join(
        Array.from({ length: 24 }, () => word),
        sql`, `,
      )}), genres[1 + floor(power(random(), 2) * ${GENRES.length}::int)::int], jsonb_build_array(${word}, ${word}),
      case when n % 3 <> 0 then '/static/' || n || '.png' end, n % 20 <> 0, n % 15 = 0, n % 10 = 5,
      floor(power(random(), 8) * 5000), v.views, v.views, case when n % ${WITH_CHAPTERS_EVERY}::int = 0 then ${CHAPTERS}::int else 0 end,
      case when n % ${WITH_CHAPTERS_EVERY}::int = 0 then now() - n * interval '30 seconds' end,
      now() - n * interval '1 minute', now() - n * interval '1 minute'
    from generate_series(1, ${count}::int) n
      cross join lateral (select floor(power(random(), 8) * 20000)::int + n * 0 as views) v,
      (select array_agg(id) as ids from users where username like 'teller%') u,
      (select ${sql.param(GENRES)}::text[] as genres) g,
      (select ${sql.param([...commonWords, ...rareWords])}::text[] as words) w`);
}

async function insertChapters(tx: Pick<Ctx['db']['pool'], 'execute'>): Promise<void> {
  await tx.execute(sql`
    insert into story_chapters (id, story_id, no, content, created_at)
    select gen_random_uuid(), s.id, no, 'Once', s.last_chapter_at - (${CHAPTERS}::int - no) * interval '1 day'
    from stories s, generate_series(1, ${CHAPTERS}::int) no where s.chapter_count > 0`);
  await tx.execute(sql`
    insert into characters (id, creator_id, name, origin_story_id)
    select gen_random_uuid(), s.creator_id, 'Person ' || n, s.id from stories s, generate_series(1, 4) n where s.is_origchat`);
  await tx.execute(sql`
    insert into story_extracted_characters (id, story_id, name, initial, character_id, order_index)
    select gen_random_uuid(), c.origin_story_id, c.name, 'P', c.id, right(c.name, 1)::int from characters c
    where c.origin_story_id is not null`);
}
