import { sql } from 'drizzle-orm';
import { fillCharacters } from './character-rows.ts';
import { type ListCase, measureLists } from './lists.ts';
import type { Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const CHARACTERS = 100_000;

const casesOf = (ids: string[], tags: string[]): ListCase[] => [
  ['the front page (likes)', ['/characters?limit=24']],
  ['by chats, third page', ['/characters?sort=views&limit=24&skip=48']],
  ['newest', ['/characters?sort=recent&limit=60']],
  ['two tags', [`/characters?tags=${tags[3]},${tags[9]}`, `/characters?tags=${tags[40]},${tags[50]}`]],
  ['gender and type', ['/characters?gender=other&tags=롤플&only=regular']],
  ['search: common word', ['/characters?search=서울', '/characters?search=학교', '/characters?search=마법']],
  ['search: rare word', ['/characters?search=saffron', '/characters?search=거너', '/characters?search=추우']],
  [
    'search: two words, a creator, nothing',
    ['/characters?search=마법 기사', '/characters?search=@writer77', '/characters?search=없는말'],
  ],
  ['search: one character', ['/characters?search=용', '/characters?search=d']],
  ['deepest page', ['/characters?skip=10000&limit=20']],
  ['detail', ids.map((id) => `/characters/${id}`)],
];

/** Lists and pages over 100,000 characters. */
export async function benchCharacters(world: BenchWorld): Promise<Row[]> {
  const { pool } = world.ctx.db;
  await fillCharacters(world.ctx, CHARACTERS);
  const ids = await pool.execute<{
    id: string;
  }>(sql`select c.id from characters c left join stories s on s.id = c.origin_story_id
    where c.is_public and (c.origin_story_id is null or s.is_public) limit 200`);
  const tags = await pool.execute<{ slug: string }>(sql`select slug from tags where slug like '태그%' order by slug`);
  return measureLists(
    world,
    'characters',
    casesOf(
      ids.map(({ id }) => id),
      tags.map(({ slug }) => slug),
    ),
  );
}
