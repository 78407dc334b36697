import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { sql } from 'drizzle-orm';
import { fillCharacters } from '../../../scripts/bench/character-rows.ts';
import { type Person, signUp } from '../../harness/people.ts';
import { createWorld, type World } from '../../harness/world.ts';

/** Enough for the planner to prefer an index where there is one. */
const CHARACTERS = 4_000;
const BIG =
  'characters|character_searches|character_tags|character_likes|character_comments|character_settings|character_example_dialogues';

type Statement = { text: string; params: unknown[] };
let world: World;
let fan: Person;
let ids: string[];
let creator: string;
const sent: Statement[] = [];

beforeAll(async () => {
  world = await createWorld();
  fan = await signUp(world);
  await fillCharacters(world.ctx, CHARACTERS);
  const rows = await world.ctx.db.pool.execute<{ id: string; creator_id: string }>(
    sql`select id, creator_id from characters where is_public limit 30`,
  );
  ids = rows.map((row) => row.id);
  creator = rows[0]?.creator_id ?? '';
  await Promise.all(
    ids.slice(0, 20).map((id) => world.client.post(`/characters/${id}/like`, undefined, { token: fan.token })),
  );
  await Promise.all(
    ids
      .slice(0, 20)
      .map((id) => world.client.post(`/characters/${id}/comments`, { content: 'x' }, { token: fan.token })),
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
    ['/characters', 1],
    ['/characters?sort=views&skip=48', 1],
    ['/characters?sort=recent&limit=60', 1],
    ['/characters?only=regular', 1],
    ['/characters?tags=태그30,태그40', 2],
    ['/characters?search=saffron', 2],
    ['/characters?search=서울', 2],
    ['/characters?search=용', 2],
    ['/characters?search=없는말이다', 1],
    ['/characters?creator_id=CREATOR', 1],
    ['/characters/ID', 1],
    ['/characters/ID/comments', 2],
    ['/characters/ID/tags', 2],
    ['/users/CREATOR/characters', 1],
    ['/me/characters/liked', 1],
    ['/characters/my', 1],
  ])('%s: at most %p statements, none reads a big table from end to end', async (path, most) => {
    const url = encodeURI(path.replace('ID', ids[0] as string).replace('CREATOR', creator));
    const signed = path.startsWith('/me') || path.endsWith('/my');
    // Once before, so that the session is remembered.
    await world.client.get(url, { token: signed ? fan.token : undefined });
    sent.length = 0;
    const answer = await world.client.get(url, { token: signed ? fan.token : undefined });
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
        await tx.execute(sql`select search_characters(${word}, 1000)`);
        const [row] = await tx.execute<{ seq: number; idx: number }>(
          sql`select seq_scan::int as seq, idx_scan::int as idx from pg_stat_xact_user_tables where relname = 'character_searches'`,
        );
        return row;
      });
      expect([word, scans?.seq]).toEqual([word, 0]);
      expect(scans?.idx).toBeGreaterThan(0);
    }
  });

  test('what the index finds is what the text contains', async () => {
    for (const word of ['saffron', '거너', '법 기', '이야기', 'writer7', '서울']) {
      const [row] = await world.ctx.db.pool.execute<{ found: number; there: number }>(sql`
        select cardinality(search_characters(${word}, 1000000)) as found,
          (select count(*)::int from character_searches where position(${word} in document) > 0) as there`);
      expect([word, row?.found]).toEqual([word, row?.there]);
      expect(row?.there).toBeGreaterThan(0);
    }
  });
});
