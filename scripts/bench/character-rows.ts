import { sql } from 'drizzle-orm';
import type { Ctx } from '../../src/context.ts';

export const commonWords = (
  '서울 학교 마법 기사 비밀 첫사랑 바다 겨울 여행 도시 왕국 고양이 친구 선배 이야기 약속 별빛 숲속 탐정 소설 카페 무대 ' +
  'dragon winter academy detective ocean secret knight promise garden midnight letter shadow memory mirror saffron'
).split(' ');
/** Words as rare as those of real texts: two syllables each, some thousand in all. */
const SYLLABLES = [
  ...'가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수우주추',
];
export const rareWords = SYLLABLES.flatMap((first) => SYLLABLES.map((second) => first + second));
const USERS = 1_000;
const STORIES = 200;
const TAGS = 60;

/** A word, the first ones far more often than the last. */
const word = sql`words[1 + floor(power(random(), 4) * cardinality(words))::int]`;

/**
 * Fills a database with characters as a busy service has them: words of very different frequency, few popular ones, four
 * tags each, every twentieth private, every tenth out of a story. Quick, since triggers rest meanwhile.
 */
export async function fillCharacters(ctx: Ctx, count: number): Promise<void> {
  await ctx.db.transactions.transaction(
    async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(sql`set local statement_timeout = 0`);
      await tx.execute(sql`select setseed(0.42)`);
      await tx.execute(sql`
        insert into users (id, email, username, password_hash, gender)
        select gen_random_uuid(), 'writer' || n || '@bench.example', 'writer' || n, 'x', 'female' from generate_series(1, ${USERS}::int) n`);
      await tx.execute(sql`
        insert into tags (id, name, slug, created_at)
        select gen_random_uuid(), '태그' || n, '태그' || n, now() from generate_series(1, ${TAGS}::int) n`);
      await tx.execute(sql`
        insert into stories (id, creator_id, title, content, is_public)
        select gen_random_uuid(), u.id, 'Story ' || n, 'Once', n % 10 <> 0
        from generate_series(1, ${STORIES}::int) n join (select id, row_number() over () as i from users) u on u.i = n`);
      await insertCharacters(tx, count);
      await tx.execute(sql`
        insert into character_tags (character_id, tag_id)
        select distinct c.id, t.ids[1 + floor(power(random(), 2) * ${TAGS}::int)::int]
        from characters c, (select array_agg(id order by slug) as ids from tags where slug like '태그%') t, generate_series(1, 4)`);
      const [index] = await tx.execute<{ ddl: string }>(
        sql`select pg_get_indexdef('character_searches_grams'::regclass) as ddl`,
      );
      await tx.execute(sql`drop index character_searches_grams`);
      await tx.execute(sql`select refresh_character_searches(array_agg(id)) from characters`);
      await tx.execute(sql.raw(index?.ddl ?? ''));
    },
    { accessMode: 'read write' },
  );
  // As autovacuum leaves tables that have had their rows for a while.
  await ctx.db.pool.execute(sql`vacuum (analyze) characters, character_searches, character_tags, stories, users, tags`);
}

async function insertCharacters(tx: Pick<Ctx['db']['pool'], 'execute'>, count: number): Promise<void> {
  await tx.execute(sql`
    insert into characters (id, creator_id, name, description, greeting, world_setting, is_public, like_count, chat_count,
      origin_story_id, start_sets, created_at)
    select gen_random_uuid(), u.ids[1 + n % ${USERS}::int], ${word} || ' ' || ${word} || ' ' || n,
      concat_ws(' ', ${sql.join(
        Array.from({ length: 24 }, () => word),
        sql`, `,
      )}), ${word}, repeat(${word} || ' ', 200),
      n % 20 <> 0, floor(power(random(), 8) * 5000), floor(power(random(), 8) * 20000),
      case when n % 10 = 0 then s.ids[1 + (n / 10) % ${STORIES}::int] end,
      jsonb_build_object('selectedId', 'set_1', 'items', jsonb_build_array(jsonb_build_object('id', 'set_1', 'intro', repeat(${word} || ' ', 80)))),
      now() - n * interval '1 minute'
    from generate_series(1, ${count}::int) n,
      (select array_agg(id) as ids from users) u,
      (select array_agg(id) as ids from stories) s,
      (select ${sql.param([...commonWords, ...rareWords])}::text[] as words) w`);
}
