import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { fillStories } from '../../../scripts/bench/story-rows.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

/** Enough for the planner to prefer an index where there is one. */
const STORIES = 4_000;
const BIG = 'stories|story_searches|story_tags|story_likes|story_comments|story_chapters|story_extracted_characters';

type Statement = { text: string; params: unknown[] };
let world: World;
let fan: Person;
let ids: string[];
let creator: string;
const sent: Statement[] = [];

beforeAll(async () => {
  world = await createWorld();
  fan = await signUp(world);
  await fillStories(world.ctx, STORIES);
  const rows = await world.ctx.db.pool.execute<{ id: string; creator_id: string }>(
    sql`select id, creator_id from stories where is_public limit 30`,
  );
  ids = rows.map((row) => row.id);
  creator = rows[0]?.creator_id ?? '';
  const some = ids.slice(0, 20);
  await Promise.all(some.map((id) => world.client.post(`/stories/${id}/like`, undefined, { token: fan.token })));
  await Promise.all(
    some.map((id) => world.client.post(`/stories/${id}/comments`, { content: 'x' }, { token: fan.token })),
  );
  const pool = world.ctx.db.pool as unknown as {
    $client: { unsafe: (text: string, params: unknown[], ...more: unknown[]) => unknown };
  };
  const send = pool.$client.unsafe.bind(pool.$client);
  pool.$client.unsafe = (text, params, ...more) => {
    if (!text.startsWith('explain')) sent.push({ text, params });
    return send(text, params, ...more);
  };
}, 60_000);
afterAll(() => world.close());

async function planOf({ text, params }: Statement): Promise<string> {
  const pool = world.ctx.db.pool as unknown as {
    $client: { unsafe: (text: string, params: unknown[]) => Promise<Record<string, string>[]> };
  };
  return (await pool.$client.unsafe(`explain ${text}`, params)).map((row) => row['QUERY PLAN']).join('\n');
}

describe('hot routes', () => {
  test.each([
    ['/stories', 2],
    ['/stories?sort=recent&limit=20', 2],
    ['/stories?sort=views&only=webnovel&limit=20', 2],
    ['/stories?sort=views&skip=48', 2],
    ['/stories?only=origchat', 2],
    ['/stories?genre=모험', 2],
    ['/stories?tags=작품40,작품50', 3],
    ['/stories?search=saffron', 3],
    ['/stories?search=서울', 3],
    ['/stories?search=용', 3],
    ['/stories?search=없는말이다', 1],
    ['/stories?creator_id=CREATOR', 2],
    ['/stories/ID', 1],
    ['/stories/ID/comments', 2],
    ['/stories/storydive/slots', 3],
    ['/users/CREATOR/stories', 1],
    ['/users/FAN/comments/stories', 1],
    ['/me/stories/liked', 1],
    ['/stories/my', 1],
  ])('%s: at most %p statements, none reads a big table from end to end', async (path, most) => {
    const url = encodeURI(
      path
        .replace('ID', ids[0] as string)
        .replace('CREATOR', creator)
        .replace('FAN', fan.id),
    );
    const token = path.startsWith('/me') || path.endsWith('/my') ? fan.token : undefined;
    // Once before, so that the session and totals are remembered.
    await world.client.get(url, { token });
    sent.length = 0;
    const answer = await world.client.get(url, { token });
    expect(answer.status).toBe(200);
    const statements = [...sent];
    expect(statements.length).toBeLessThanOrEqual(most);
    expect(statements.some(({ text }) => /\b(insert|update|delete)\b/i.test(text))).toBe(false);
    for (const statement of statements)
      expect(await planOf(statement)).not.toMatch(new RegExp(`Seq Scan on "?(${BIG})\\b`));
  });

  test('a search uses the bigram index whether its word is rare or everywhere', async () => {
    for (const word of ['saffron', '서울', '마법 기사', 'a']) {
      const scans = await world.ctx.db.transactions.transaction(async (tx) => {
        await tx.execute(sql`select search_stories(${word}, 1000)`);
        const [row] = await tx.execute<{ seq: number; idx: number }>(
          sql`select seq_scan::int as seq, idx_scan::int as idx from pg_stat_xact_user_tables where relname = 'story_searches'`,
        );
        return row;
      });
      expect([word, scans?.seq]).toEqual([word, 0]);
      expect(scans?.idx).toBeGreaterThan(0);
    }
  });

  test('what the index finds is what the text contains, in words of two syllables too', async () => {
    for (const word of ['saffron', '거너', '법 기', '이야기', 'teller7', '서울', '판타지']) {
      const [row] = await world.ctx.db.pool.execute<{ found: number; there: number }>(sql`
        select cardinality(search_stories(${word}, 1000000)) as found,
          (select count(*)::int from story_searches where position(${word} in document) > 0) as there`);
      expect([word, row?.found]).toEqual([word, row?.there]);
      expect(row?.there).toBeGreaterThan(0);
    }
  });
});
