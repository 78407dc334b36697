import { sql } from 'drizzle-orm';
import { type ListCase, measureLists } from './lists.ts';
import { fillStories } from './story-rows.ts';
import type { Row } from './table.ts';
import type { BenchWorld } from './world.ts';

const STORIES = 100_000;

const casesOf = (ids: string[], creators: string[]): ListCase[] => [
  ['the front page (newest chapters)', ['/stories?sort=recent&limit=20']],
  ['most read, web novels', ['/stories?sort=views&only=webnovel&limit=20']],
  ['to be played', ['/stories?only=origchat', '/stories?only=origchat&sort=views']],
  ['by likes, third page', ['/stories?limit=24&skip=48']],
  ['any of two tags', ['/stories?tags=작품3,작품9', '/stories?tags=작품40,작품50']],
  ['a genre', ['/stories?genre=모험', '/stories?genre=로맨스&sort=recent']],
  ['a creator', creators.map((id) => `/stories?creator_id=${id}&limit=60&sort=recent`)],
  ['search: common word', ['/stories?search=서울', '/stories?search=학교', '/stories?search=마법']],
  ['search: rare word', ['/stories?search=saffron', '/stories?search=거너', '/stories?search=추우']],
  [
    'search: two words, a creator, nothing',
    ['/stories?search=마법 기사', '/stories?search=@teller77', '/stories?search=없는말'],
  ],
  ['search: one character', ['/stories?search=용', '/stories?search=d']],
  ['deepest page', ['/stories?skip=10000&limit=20']],
  ['detail', ids.map((id) => `/stories/${id}`)],
  ['comments', ids.map((id) => `/stories/${id}/comments`)],
  ['slots', ['/stories/storydive/slots']],
];

/** Lists and pages over 100,000 stories. */
export async function benchStories(world: BenchWorld): Promise<Row[]> {
  await fillStories(world.ctx, STORIES);
  return measureStories(world);
}

async function measureStories(world: BenchWorld): Promise<Row[]> {
  const rows = await world.ctx.db.pool.execute<{ id: string; creator_id: string }>(
    sql`select id, creator_id from stories where is_public limit 200`,
  );
  return measureLists(
    world,
    'stories',
    casesOf(
      rows.map(({ id }) => id),
      rows.map(({ creator_id }) => creator_id),
    ),
  );
}
